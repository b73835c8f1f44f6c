using Grainhouse.HostAgent.Pods;

namespace Grainhouse.HostAgent.Tests.Pods;

/// <summary>Images: looked for, pulled, refused.</summary>
public sealed class PodImageTests
{
    [Fact]
    public void Image_ThatDoesNotExist_GoesFromErrImagePullToImagePullBackOff()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Containers[0].Image = "nope:1"));
        Assert.Equal("ErrImagePull", lab.Web.State.Waiting.Reason);

        lab.Pass(5);
        Assert.Equal("ImagePullBackOff", lab.Web.State.Waiting.Reason);
        Assert.StartsWith("Back-off pulling image \"nope:1\"", lab.Web.State.Waiting.Message, StringComparison.Ordinal);

        lab.Pass(5);
        Assert.Equal("ErrImagePull", lab.Web.State.Waiting.Reason);
        Assert.Equal(2, lab.Log.OfType<PodAction.PullImage>().Count());
        lab.Images.Add("nope:1");
        lab.Pass(20);
        Assert.NotNull(lab.Web.State.Running);
    }

    [Fact]
    public void Image_UnderNever_IsNotPulled()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod =>
        {
            pod.Spec.Containers[0].Image = "nope:1";
            pod.Spec.Containers[0].ImagePullPolicy = "Never";
        }));

        Assert.Equal("ErrImageNeverPull", lab.Web.State.Waiting.Reason);
        Assert.Empty(lab.Log.OfType<PodAction.PullImage>());
    }

    [Fact]
    public void Image_UnderAlways_IsPulledForEveryStart()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Containers[0].ImagePullPolicy = "Always"));

        lab.Exit("web", 1);

        Assert.Equal(2, lab.Log.OfType<PodAction.PullImage>().Count());
    }
}

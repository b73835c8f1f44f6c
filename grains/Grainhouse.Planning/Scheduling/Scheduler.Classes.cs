using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Scheduling;

// Pods and their classes. The fingerprint buffer holds the fingerprint of the pod that was read last.
public sealed partial class Scheduler
{
    private bool IsSameClass(TrackedPod pod) => pod.Class.Fingerprint.AsSpan().SequenceEqual(fingerprint.WrittenSpan);

    private void Join(TrackedPod pod, KubeObject document, in PodSummary summary)
    {
        if (!classes.TryGet(fingerprint.WrittenSpan, out var found))
        {
            var template = Template(document, summary);
            template.Classes++;
            found = new PodClass(
                ++lastClass, fingerprint.WrittenSpan.ToArray(), summary.TemplateLength, template, spreads: summary.ControllerUid.Length > 0);
            classes.Add(found.Fingerprint, found);
        }

        pod.Class = found;
        found.Pods++;
    }

    private PodTemplate Template(KubeObject document, in PodSummary summary)
    {
        var key = fingerprint.WrittenSpan[..summary.TemplateLength];
        if (!templates.TryGet(key, out var template))
        {
            template = PodTemplate.Read(document.Document, ++lastTemplate);
            templates.Add(key.ToArray(), template);
        }

        return template;
    }

    private void Leave(TrackedPod pod)
    {
        var left = pod.Class;
        if (--left.Pods > 0)
        {
            return;
        }

        classes.Remove(left.Fingerprint);
        if (--left.Template.Classes == 0)
        {
            templates.Remove(left.TemplateFingerprint.ToArray());
        }

        refusing.Remove(left);
        if (left.Active)
        {
            active.Remove(left);
            left.Active = false;
        }

        if (left.Parked is not null)
        {
            parked.Remove(left.Parked);
            left.Parked = null;
        }
    }

    private void Rejoin(TrackedPod pod, KubeObject document, in PodSummary summary)
    {
        if (!IsSameClass(pod))
        {
            // Joined before left, so that a class is not dropped and made again.
            var before = new TrackedPod(pod.Key, pod.Uid) { Class = pod.Class };
            Join(pod, document, summary);
            Leave(before);
        }
    }
}

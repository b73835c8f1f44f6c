using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", "0", 0, 0)]
    [InlineData("1", "1", 1, 1000)]
    [InlineData("100m", "100m", 1, 100)]
    [InlineData("1000m", "1", 1, 1000)]
    [InlineData("1500m", "1500m", 2, 1500)]
    [InlineData("0.5", "500m", 1, 500)]
    [InlineData("1.5Gi", "1536Mi", 1610612736, 1610612736000)]
    [InlineData("1024Mi", "1Gi", 1073741824, 1073741824000)]
    [InlineData("0.5Mi", "512Ki", 524288, 524288000)]
    [InlineData("1000k", "1M", 1000000, 1000000000)]
    [InlineData("1e3", "1e3", 1000, 1000000)]
    [InlineData("12E", "12E", 9223372036854775807, 9223372036854775807)]
    [InlineData("100n", "100n", 1, 1)]
    [InlineData("-1", "-1", -1, -1000)]
    [InlineData("128974848", "128974848", 128974848, 128974848000)]
    public void Parse_Text_HasValueAndCanonicalForm(string text, string canonical, long value, long milli)
    {
        Assert.True(Quantity.TryParse(text, out var quantity));
        if (text != "12E")
        {
            Assert.Equal(canonical, quantity.ToString());
        }

        Assert.Equal((value, milli), (quantity.Value, quantity.MilliValue));
    }

    [Theory]
    [InlineData("", Quantity.FormatWords)]
    [InlineData("lots", Quantity.FormatWords)]
    [InlineData("1 Gi", Quantity.FormatWords)]
    [InlineData("1Zi", Quantity.FormatWords)]
    [InlineData("1mm", Quantity.SuffixWords)]
    [InlineData("1KB", Quantity.FormatWords)]
    [InlineData("1.2.3", Quantity.FormatWords)]
    public void Parse_NoQuantity_SaysWhy(string text, string words)
    {
        Assert.False(Quantity.TryParse(text, out _));
        Assert.Equal(words, Quantity.WhyNot(text));
    }

    [Fact]
    public void Compare_DifferentForms_ByAmount()
    {
        Assert.True(Quantity.Parse("1Gi") > Quantity.Parse("1G"));
        Assert.Equal(Quantity.Parse("1"), Quantity.Parse("1000m"));
        Assert.Equal("1536Mi", (Quantity.Parse("1Gi") + Quantity.Parse("512Mi")).ToString());
        Assert.Equal("250m", Quantity.FromMilli(250).ToString());
        Assert.Equal("64Mi", Quantity.FromBytes(64 << 20).ToString());
    }
}

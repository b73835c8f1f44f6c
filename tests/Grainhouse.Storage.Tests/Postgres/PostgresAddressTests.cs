using Grainhouse.Storage.Postgres;

namespace Grainhouse.Storage.Tests.Postgres;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("Host=db;Username=u;Database=d", "db:5432/d")]
    [InlineData("postgres://u:p%40ss@db:6000/d?sslmode=verify-full&application_name=x", "db:6000/d")]
    [InlineData("postgresql://u@one:1,two:2/d", "one:1,two:2/d")]
    [InlineData("postgres://u@[::1]:6000/d", "::1:6000/d")]
    [InlineData("postgres://u@[::1]", "::1:5432/u")]
    [InlineData("postgres:///d?host=/run/postgresql&user=u", "/run/postgresql:5432/d")]
    public void Parse_KnownForms_GiveTheirParts(string text, string shown)
    {
        var address = PostgresAddress.Parse(text);

        Assert.Equal(shown, address.ToString());
        Assert.Equal("u", address.Settings.Username);
    }

    [Fact]
    public void Parse_Url_UnescapesAndTranslates()
    {
        var settings = PostgresAddress.Parse("postgres://u:p%40s%3Bs@db/d?sslmode=verify-full&connect_timeout=9").Settings;

        Assert.Equal(("p@s;s", Npgsql.SslMode.VerifyFull, 9), (settings.Password, settings.SslMode, settings.Timeout));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Host=db;Nonsense=1;Password=secret")]
    [InlineData("Username=u;Password=secret")]
    [InlineData("postgres://u:secret@")]
    public void Options_WrongAddress_NamesTheKeyAndNotThePassword(string text)
    {
        var fault = new StorageOptions { Database = text }.FindFault();

        Assert.StartsWith("Storage:Database cannot be used", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }
}

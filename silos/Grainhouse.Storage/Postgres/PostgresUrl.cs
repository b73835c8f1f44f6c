using System.Data.Common;

namespace Grainhouse.Storage.Postgres;

/// <summary>Translates libpq's URLs, which most services hand out, to Npgsql's form.</summary>
internal static class PostgresUrl
{
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    // libpq's names for what Npgsql calls otherwise; a name that is not here goes through as it is.
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["dbname"] = "Database",
        ["user"] = "Username",
    };

    /// <summary>The connection string; null when the text is no URL of PostgreSQL.</summary>
    /// <remarks>Not <see cref="Uri"/>, which knows neither several hosts nor an empty one.</remarks>
    public static string? TryTranslate(string text)
    {
        if (Schemes.FirstOrDefault(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) is not { } start)
        {
            return null;
        }

        var (address, query) = Cut(text[start.Length..], '?');
        var (authority, database) = Cut(address, '/');
        var at = authority.LastIndexOf('@');
        var (user, password) = Cut(at < 0 ? "" : authority[..at], ':');
        var settings = new DbConnectionStringBuilder();
        AddHost(settings, authority[(at + 1)..]);
        Add(settings, "Username", user);
        Add(settings, "Password", password);
        Add(settings, "Database", database);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(pair, '=');

            // 'verify-full' is VerifyFull there.
            Add(settings, Names.GetValueOrDefault(name, name), name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value);
        }

        return settings.ConnectionString;
    }

    // Several hosts carry their ports along in Npgsql's form; a single one has its port apart, and an address of IPv6 no brackets.
    private static void AddHost(DbConnectionStringBuilder settings, string hosts)
    {
        var colon = hosts.LastIndexOf(':');
        if (hosts.Contains(',', StringComparison.Ordinal) || colon <= hosts.LastIndexOf(']'))
        {
            Add(settings, "Host", hosts.Contains(',', StringComparison.Ordinal) ? hosts : hosts.Trim('[', ']'));
            return;
        }

        Add(settings, "Host", hosts[..colon].Trim('[', ']'));
        Add(settings, "Port", hosts[(colon + 1)..]);
    }

    private static (string Before, string After) Cut(string text, char mark)
    {
        var index = text.IndexOf(mark, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);
    }

    private static void Add(DbConnectionStringBuilder settings, string name, string value)
    {
        if (value.Length > 0)
        {
            settings[name] = Uri.UnescapeDataString(value);
        }
    }
}

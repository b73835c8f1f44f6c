using Npgsql;

namespace Grainhouse.Storage.Postgres;

/// <summary>Typed parameters: they are sent without being boxed.</summary>
internal static class Parameter
{
    /// <summary>A text.</summary>
    public static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    /// <summary>A bigint.</summary>
    public static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };
}

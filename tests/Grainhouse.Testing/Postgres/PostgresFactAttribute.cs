using Grainhouse.Testing.Facts;
using Xunit;

namespace Grainhouse.Testing.Postgres;

/// <summary>A fact that needs a PostgreSQL server: skipped by name, with the reason, where none is installed.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    /// <summary>Looks for the programs once per test run.</summary>
    public PostgresFactAttribute() => Skip = PostgresPrograms.SkipReason;
}

/// <summary>A contract's test class that needs a PostgreSQL server.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsPostgresAttribute : Attribute, IContractNeed
{
    /// <inheritdoc/>
    public string? SkipReason => PostgresPrograms.SkipReason;
}

using Grainhouse.Storage.Tests.Contract;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Storage.Tests;

public sealed class SqliteObjectStoreContractTests : ObjectStoreContract<SqliteTestStore>;

[NeedsPostgres]
public sealed class PostgresObjectStoreContractTests : ObjectStoreContract<PostgresTestStore>;

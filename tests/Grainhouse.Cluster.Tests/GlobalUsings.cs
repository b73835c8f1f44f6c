global using Grainhouse.Acceptance.Tests.Harness;
global using Grainhouse.Testing.Network;
global using Grainhouse.Testing.Postgres;

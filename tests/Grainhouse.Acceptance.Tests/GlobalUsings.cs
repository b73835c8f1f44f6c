global using Grainhouse.Acceptance.Tests.Harness;

using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Grainhouse.Testing.Facts;

/// <summary>A fact of an abstract contract, skipped in those inheriting classes that lack what they need (<see cref="IContractNeed"/>).</summary>
[XunitTestCaseDiscoverer("Grainhouse.Testing.Facts.ContractFactDiscoverer", "Grainhouse.Testing")]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>An attribute on a class that inherits a contract: what it needs to run.</summary>
public interface IContractNeed
{
    /// <summary>Why the class's contract facts are skipped; null if they run.</summary>
    string? SkipReason { get; }
}

/// <summary>Makes a <see cref="ContractTestCase"/> of each contract fact.</summary>
public sealed class ContractFactDiscoverer(IMessageSink sink) : IXunitTestCaseDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new ContractTestCase(sink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}

/// <summary>A contract fact in one inheriting class.</summary>
public sealed class ContractTestCase : XunitTestCase
{
    /// <summary>For the test framework, which reads it back from its wire form.</summary>
    [Obsolete("Called by the test framework.")]
    public ContractTestCase()
    {
    }

    /// <summary>Makes the case.</summary>
    public ContractTestCase(IMessageSink sink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(sink, display, options, method)
    {
    }

    /// <inheritdoc/>
    protected override string? GetSkipReason(IAttributeInfo factAttribute)
    {
        foreach (var attribute in TestMethod.TestClass.Class.ToRuntimeType().GetCustomAttributes(inherit: true))
        {
            if (attribute is IContractNeed { SkipReason: { } reason })
            {
                return reason;
            }
        }

        return base.GetSkipReason(factAttribute);
    }
}

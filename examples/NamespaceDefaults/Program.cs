// A controller: every namespace with the label "defaults=yes" has a ConfigMap "defaults" that says whose it is. Somebody who
// changes or deletes it gets it back; a namespace that loses the label loses it.
//
//   KUBECONFIG=... dotnet run --project examples/NamespaceDefaults
using Grainhouse.Client;
using Grainhouse.Examples.NamespaceDefaults;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddGrainhouse();
builder.Services.AddInformer<V1Namespace>();
builder.Services.AddInformer<V1ConfigMap>(new Selection { Fields = $"metadata.name={DefaultsController.MapName}" });
builder.Services.AddHostedService<DefaultsController>();
await builder.Build().RunAsync();

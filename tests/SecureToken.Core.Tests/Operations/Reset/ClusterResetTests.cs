using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Tests.Destinations.Cluster;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>A Secret in a cluster follows a reset like any other copy, and what would stand in its way is found before.</summary>
public sealed class ClusterResetTests
{
    [Fact]
    public async Task It_follows_a_reset_and_the_pods_are_left_to_do()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret);
        Destination[] all = [pod.Destination(), machine.Dotenv(machine.At("api.env"))];
        await machine.InjectAsync(all);
        ResetReport report = await machine.RunAsync(machine.Guided(all), new Guide(machine) { Pointed = () => machine.Press() });
        Assert.Empty(report.Failures);
        Assert.Equal(machine.Emulator.TokenOf(42), pod.Value());
        Assert.Equal(2, pod.Writes);
        Assert.Equal("restart the pods that have the Secret prod/sysdig in their environment", report.Todo[0]);
    }

    [Fact]
    public async Task Without_the_right_to_write_nothing_is_reset()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        await using Pod pod = await Pod.StartAsync("get");
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret, machine.Emulator.TokenOf(42));
        string before = machine.Emulator.TokenOf(42);
        ResetReport report = await machine.RunAsync(machine.Guided([pod.Destination()]), new Guide(machine) { Pointed = () => machine.Press() });
        Assert.Equal(DiagnosticDescriptors.ClusterForbidden, report.Destinations.Single().Result.Failure!.Descriptor);
        Assert.Equal((ExitStatus.Partial, before), (report.Exit, machine.Emulator.TokenOf(42)));
    }
}

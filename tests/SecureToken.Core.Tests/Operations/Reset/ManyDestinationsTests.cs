using System.Text.Json;
using SecureToken.Core.Destinations;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>A reset of a thousand copies asks the service as often as one of a single copy, and costs each copy no more.</summary>
public sealed class ManyDestinationsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_thousand_destinations_follow_and_none_costs_more_than_one_of_a_hundred()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        (double few, int fewRequests) = await ResetAsync(machine, 100);
        (double many, int manyRequests) = await ResetAsync(machine, 1000);
        output.WriteLine($"the last of 100 after {few:0} ms, the last of 1000 after {many:0} ms");

        // The old token is asked as long as the writing takes, so a longer one has a few more requests; nothing is asked for a destination.
        Assert.InRange(manyRequests, 1, fewRequests + 60);
        Assert.InRange(many / few, 0, 100);
    }

    private static async Task<(double Milliseconds, int Requests)> ResetAsync(ResetMachine machine, int count)
    {
        Destination[] files = [.. Enumerable.Range(0, count).Select(i => machine.Builder("TOKEN").Dotenv($"{count}/{i % 20}/{i}.env").Value)];
        await machine.InjectAsync(files);
        machine.Emulator.ClearRequests();
        int before = machine.Resets;
        ResetReport report = await machine.RunAsync(machine.Requested(files));
        Assert.True(report.Failures.Count == 0, string.Join('\n', report.Failures) + string.Join('\n', report.Destinations.Select(line => line.Result.Failure).OfType<Core.Diagnostics.Failure>().Take(3)));
        Assert.Equal(before + 1, machine.Resets);
        Assert.Equal(count, report.Destinations.Count(destination => destination.Result.Outcome == InjectOutcome.Written));
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
        using var receipt = JsonDocument.Parse(machine.Receipts()[^1]);
        Assert.Equal(count, receipt.RootElement.GetProperty("destinations").GetArrayLength());
        return (report.Destinations.Max(destination => destination.Milliseconds!.Value), machine.Emulator.Requests.Count);
    }
}

using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>What is left of the time of an injection when the servers are far away and nothing but the round trips that must be is taken off.</summary>
internal static class RoundTrips
{
    // Connect to IAM and ask it; ask for the token, over a connection opened meanwhile; ask the token for its team.
    private const int Forced = 4;
    private const int RoundTripMilliseconds = 50;

    public static async Task MeasureAsync(int rounds, Workplace workplace, Ways ways, Goals goals)
    {
        TimeSpan roundTrip = TimeSpan.FromMilliseconds(RoundTripMilliseconds);
        await using var iam = new DelayingRelay(workplace.Emulator.BaseUrl, roundTrip);
        await using var service = new DelayingRelay(workplace.Emulator.BaseUrl, roundTrip);
        void Reset() => workplace.Emulator.ResetToken(Workplace.Team);

        // In turn with the others: what the relays and the service take, no client can save.
        var client = new BareClient(workplace, new Uri(iam.BaseUrl), new Uri(service.BaseUrl));
        client.Run();
        var bare = new Samples();
        Contender[] contenders =
        [
            new("`sectoken inject` (with proof of the team)", ways.Injection(iam.BaseUrl, service.BaseUrl))
            {
                Prepare = () =>
                {
                    bare.Add(client.Run());
                    Reset();
                },
            },
            new("curl, jq, curl, jq, `dotnet user-secrets set --id`", ways.DocumentedInjection(iam.BaseUrl, service.BaseUrl)) { Prepare = Reset },
            new("curl, jq, curl, jq", ways.CurlAndJqFetch(iam.BaseUrl, service.BaseUrl)) { Prepare = Reset },
        ];
        Contender.RunInTurn(rounds, contenders);

        double forced = Forced * RoundTripMilliseconds;
        var table = new Table(
            $"round trips of {RoundTripMilliseconds} ms, one injection", "connections", "requests", "wall, median", "quartiles", $"over {forced} ms ({Forced} forced)", "over the bare requests");
        AddRow("the same requests over bare sockets, in a process that runs", Count(() => client.Run()), bare);
        foreach (Contender contender in contenders)
        {
            AddRow(contender.Name, Count(() => Child.Run(contender.Invocation)), contender.Wall);
        }

        table.Print();
        double excess = contenders[0].Wall.Median - forced;
        goals.Add($"with round trips of {RoundTripMilliseconds} ms, at most 15 ms over the {Forced} forced ones", Figure.Milliseconds(excess), excess <= 15);

        (int Connections, int Requests) Count(Action run)
        {
            int before = iam.Connections + service.Connections;
            workplace.Emulator.ClearRequests();
            Reset();
            run();
            return (iam.Connections + service.Connections - before, workplace.Emulator.Requests.Count);
        }

        void AddRow(string name, (int Connections, int Requests) counted, Samples wall) => table.Add(
            name,
            Figure.Count(counted.Connections),
            Figure.Count(counted.Requests),
            Figure.Milliseconds(wall.Median),
            $"{Figure.Milliseconds(wall.Quantile(0.25))} to {Figure.Milliseconds(wall.Quantile(0.75))}",
            Figure.Milliseconds(wall.Median - forced),
            Figure.Milliseconds(wall.Median - bare.Median));
    }
}

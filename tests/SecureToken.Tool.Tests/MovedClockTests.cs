using System.Diagnostics;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>
/// The clock that the whole program sees is moved while it watches, by libfaketime: by minutes and by more than a year, forwards and
/// backwards. Time that passes is not touched, as when somebody sets a machine's clock.
/// </summary>
[Trait("System", "Unix"), Trait("Needs", "faketime"), Trait("Cost", "high"), Trait("Stress", "yes")]
public sealed class MovedClockTests(ITestOutputHelper output)
{
    /// <summary>An IAM token lives an hour: to a clock that is ahead by more it has ended when it arrives.</summary>
    private static readonly (string Shift, bool IsTooFarAhead)[] Moves =
        [("+40m", false), ("-3d", false), ("+3d", true), ("-400d", false), ("+0", false), ("+400d", true), ("-40m", false), ("+0", false)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_follows_every_reset_that_its_clock_lets_it_see_and_all_others_when_the_clock_is_right_again()
    {
        bool isFull = Environment.GetEnvironmentVariable("SECTOKEN_STRESS") == "full";
        string? library = Directory.GetDirectories("/usr/lib").Select(directory => Path.Combine(directory, "faketime", "libfaketime.so.1")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(library is null, "This needs the package libfaketime.");
        await using ToolFixture tool = await ToolFixture.StartAsync();
        MoveClock(tool, "+0");

        // The last one: or each wait for a time ends at once, and the program is busy.
        tool.Set("LD_PRELOAD", library).Set("FAKETIME_TIMESTAMP_FILE", tool.At("clock")).Set("FAKETIME_NO_CACHE", "1")
            .Set("FAKETIME_DONT_FAKE_MONOTONIC", "1").Set("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        using Process watch = tool.Start("watch", "--dotenv", ".env", "--interval", "5");
        watch.StandardInput.Close();
        var said = new List<string>();
        watch.ErrorDataReceived += (_, line) =>
        {
            lock (said)
            {
                said.Add(line.Data ?? string.Empty);
            }
        };
        watch.BeginErrorReadLine();
        int followed = 0;
        int named = 0;
        try
        {
            await Wait.UntilAsync("the first token", () => IsCurrent(tool));
            foreach ((string shift, bool isTooFarAhead) in Enumerable.Repeat(Moves, isFull ? 3 : 1).SelectMany(moves => moves))
            {
                MoveClock(tool, shift);
                int before = Count(said, "SECTOK317");
                tool.Protect("the old token", tool.Token);
                tool.Emulator.ResetToken(ToolFixture.TeamId);
                await Wait.UntilAsync($"the reset at {shift}", () => isTooFarAhead ? Count(said, "SECTOK317") > before : IsCurrent(tool));
                (followed, named) = isTooFarAhead ? (followed, named + 1) : (followed + 1, named);
            }
        }
        finally
        {
            watch.Kill();
        }

        lock (said)
        {
            Assert.All(said, line => Assert.True(line.Length == 0 || line.Contains(" team payments", StringComparison.Ordinal), line));
            tool.AssertNoSecret(string.Join('\n', said));
        }

        string figure = $"{followed + named} jumps of the clock of the whole program, under watch: {followed} resets followed at once, {named} clocks named, 0 copies stale at the end";
        output.WriteLine(figure);
        Figures.Report("stress: " + figure);
    }

    private static bool IsCurrent(ToolFixture tool) =>
        File.Exists(tool.At(".env")) && File.ReadAllText(tool.At(".env")).Contains(tool.Token, StringComparison.Ordinal);

    private static int Count(List<string> said, string words)
    {
        lock (said)
        {
            return said.Count(line => line.Contains(words, StringComparison.Ordinal));
        }
    }

    /// <summary>The library may read the file at any moment.</summary>
    private static void MoveClock(ToolFixture tool, string shift)
    {
        tool.Write("clock.next", shift + "\n");
        File.Move(tool.At("clock.next"), tool.At("clock"), overwrite: true);
    }
}

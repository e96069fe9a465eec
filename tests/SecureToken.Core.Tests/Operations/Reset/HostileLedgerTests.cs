using SecureToken.Core.Destinations;
using SecureToken.Core.Operations.Reset;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>A ledger is a help and never a need: whatever stands in its place, the named copies follow and nothing else is touched.</summary>
[Trait("System", "Unix")]
public sealed class HostileLedgerTests
{
    [Theory]
    [InlineData("cut")]
    [InlineData("empty")]
    [InlineData("zeros")]
    [InlineData("forged")]
    [InlineData("link")]
    [InlineData("dangling")]
    [InlineData("directory")]
    [InlineData("missing")]
    public async Task No_copy_is_lost_and_nothing_else_is_written(string state)
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(3);
        Destination elsewhere = machine.Dotenv("elsewhere/.env");
        await machine.InjectAsync([.. files, elsewhere]);
        string victim = machine.At("victim.env");
        await File.WriteAllTextAsync(victim, $"TOKEN={machine.Current}\nOTHER=1\n", TestContext.Current.CancellationToken);
        string ledger = Assert.Single(Directory.GetFiles(Path.Combine(machine.State, "ledger"), "*.json"));
        await SpoilAsync(machine, ledger, state, victim);
        string before = await File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken);

        ResetReport report = await machine.RunAsync(machine.Requested(files) with { IncludesKnown = true });

        Assert.Empty(report.Failures);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
        Assert.Equal(before, await File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken));
        if (state is "cut")
        {
            // Of what can still be read of it, no place is lost.
            machine.AssertCurrent([elsewhere]);
        }
    }

    private static async Task SpoilAsync(ResetMachine machine, string ledger, string state, string victim)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string whole = await File.ReadAllTextAsync(ledger, cancellation);
        switch (state)
        {
            case "cut":
                await File.WriteAllTextAsync(ledger, whole[..(whole.LastIndexOf('}') - 3)], cancellation);
                break;
            case "empty":
                await File.WriteAllTextAsync(ledger, string.Empty, cancellation);
                break;
            case "zeros":
                await File.WriteAllBytesAsync(ledger, new byte[whole.Length], cancellation);
                break;
            case "forged":
                // It names a file that holds the token, but not as the ledger says, and places that no file can be.
                await File.WriteAllTextAsync(ledger, Forged(whole, victim), cancellation);
                break;
            case "link":
            case "dangling":
                string target = machine.At(state == "link" ? "stolen" : "nowhere");
                File.Move(ledger, machine.At("stolen"));
                File.CreateSymbolicLink(ledger, target);
                break;
            case "directory":
                File.Delete(ledger);
                Directory.CreateDirectory(ledger);
                break;
            default:
                File.Delete(ledger);
                break;
        }
    }

    private static string Forged(string whole, string victim)
    {
        string places = string.Join(',', ((string[])[victim, "/etc/hostname", "relative.env", "/", "/dev/null", "/proc/self/environ", "\\u0000/x"]).SelectMany(path => (string[])
        [
            $$"""{"kind":"dotenv","location":"{{path}}","slot":"TOKEN","fingerprint":"000000000000","writtenAt":"2020-01-01T00:00:00Z"}""",
            $$"""{"kind":"user-secrets","location":"{{path}}","slot":"A:B","fingerprint":"000000000000","writtenAt":"2020-01-01T00:00:00Z"}""",
        ]));
        int start = whole.IndexOf('[', whole.IndexOf("\"places\"", StringComparison.Ordinal)) + 1;
        return whole[..start] + places + "," + whole[start..];
    }
}

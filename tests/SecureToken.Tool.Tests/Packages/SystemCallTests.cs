using System.Text.RegularExpressions;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Tool.Tests.Packages;

/// <summary>What the native tool asks of the system, and in which order.</summary>
[Trait("System", "Unix")]
[Collection("packages")]
[Trait("Needs", "packages")]
public sealed class SystemCallTests(PackedTool packed) : IAsyncLifetime
{
    private const string Calls = "trace=%file,connect,fsync,fdatasync,prctl,prlimit64";

    private readonly EmptyHome _home = new(packed.Feed);
    private EmulatorServer _emulator = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Secrets => Path.Combine(_home.Path, ".microsoft", "usersecrets", "calls", "secrets.json");

    private string KeyFile => Path.Combine(_home.Path, "key");

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Teams = [new EmulatorTeam("payments", 42)] }, Stop);
        await File.WriteAllTextAsync(KeyFile, _emulator.ApiKey, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task No_library_is_looked_for_beside_the_program_or_in_the_current_directory()
    {
        string program = await packed.CopyNativeAsync(Path.Combine(_home.Path, "tools"));
        foreach (string library in (string[])["libc.so", "libc.so.6", "libssl.so.3", "libcrypto.so.3", "libSystem.Native.so", "libicuuc.so", "libgssapi_krb5.so.2"])
        {
            await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(program)!, library), "planted", Stop);
            await File.WriteAllTextAsync(Path.Combine(_home.Work, library), "planted", Stop);
        }

        // Its own name when it starts, and nothing else there; nothing by a name without a directory either.
        string[] trace = await TraceAsync(program);
        Assert.Contains(trace, call => call.Contains("/libssl.so", StringComparison.Ordinal));
        Assert.DoesNotContain(trace, call => call.Contains($"\"{Path.GetDirectoryName(program)}/", StringComparison.Ordinal) && !call.Contains($"\"{program}\"", StringComparison.Ordinal));
        Assert.DoesNotContain(trace, call => Regex.IsMatch(call, $@"""{Regex.Escape(_home.Work)}/[^""]*\.so"));
        Assert.DoesNotContain(trace, call => Regex.IsMatch(call, @"^(open|openat|access|faccessat\w*|stat|lstat|newfstatat|statx|readlink)\((AT_FDCWD\S*, )?""[^/""]"));
    }

    [Fact]
    public async Task Dumps_are_forbidden_before_the_credential_is_read()
    {
        string[] trace = await TraceAsync(await packed.CopyNativeAsync(Path.Combine(_home.Path, "tools")));
        int read = First(trace, $@"^openat\(.*""{Regex.Escape(KeyFile)}""");
        Assert.True(First(trace, @"^prctl\(PR_SET_DUMPABLE, SUID_DUMP_DISABLE\) += 0") < read);
        Assert.True(First(trace, @"^prlimit64\(0, RLIMIT_CORE, \{rlim_cur=0, rlim_max=[^}]+\}, NULL\) += 0") < read);
    }

    [Fact]
    public async Task The_first_connection_is_on_its_way_before_anything_else_can_wait_and_only_the_destination_and_the_ledger_wait_for_the_disk()
    {
        string program = await packed.CopyNativeAsync(Path.Combine(_home.Path, "tools"));
        (await _home.Command.RunAsync(_home.Work, program, Arguments)).Exits(0);
        _emulator.ResetToken(42);
        string[] trace = await TraceAsync(program);

        // Checked first, because a destination that cannot be written is told without asking anybody.
        int connected = First(trace, $@"^connect\(.*htons\({_emulator.BaseUrl.Port}\)");
        Assert.True(First(trace, $"\"{Regex.Escape(Secrets)}\"") < connected);
        Assert.True(connected < First(trace, "/sectoken/ledger/"));
        Assert.True(connected < First(trace, @"/libcrypto\.so"));

        string[] waits = [.. trace.Where(call => call.StartsWith("fsync(", StringComparison.Ordinal) || call.StartsWith("fdatasync(", StringComparison.Ordinal))];
        Assert.Equal(3, waits.Length);
        Assert.Contains($"<{Secrets}.sectoken.tmp>", waits[0], StringComparison.Ordinal);
        Assert.Contains($"<{Path.GetDirectoryName(Secrets)}>", waits[1], StringComparison.Ordinal);

        // Its content only, so that a power cut leaves the places that it knew.
        Assert.Matches(@"/sectoken/ledger/\w+\.json\.sectoken\.tmp>", waits[2]);
    }

    private static int First(string[] trace, string pattern)
    {
        int at = Array.FindIndex(trace, call => Regex.IsMatch(call, pattern));
        Assert.True(at >= 0, $"No call matches {pattern} in:\n{string.Join('\n', trace)}");
        return at;
    }

    private string[] Arguments =>
    [
        "inject", "--endpoint", _emulator.BaseUrl.ToString(), "--iam-endpoint", _emulator.BaseUrl.ToString(), "--instance", _emulator.InstanceId, "--team", "42",
        "--api-key-file", KeyFile, "--user-secrets", "calls", "--quiet",
    ];

    /// <summary>The calls of a run in their order, without the process ids.</summary>
    private async Task<string[]> TraceAsync(string program)
    {
        string log = Path.Combine(_home.Path, "trace");
        (await _home.Command.RunAsync(_home.Work, "strace", ["-f", "-qq", "-y", "-s", "300", "-o", log, "-e", Calls, "--", program, .. Arguments])).Exits(0);
        return [.. StraceLog.Lines(await File.ReadAllTextAsync(log, Stop)).Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].TrimStart())];
    }
}

using System.Runtime.InteropServices;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Processes;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Processes;

/// <summary>Programs that are run to their end with a secret.</summary>
[Trait("System", "Unix")]
public sealed class ProgramRunTests : IDisposable
{
    private readonly Programs _programs = new();

    public void Dispose() => _programs.Dispose();

    [Fact]
    public void Arguments_arrive_as_they_are_without_a_shell_in_between()
    {
        _programs.Add("record", "cat >input; for a in \"$@\"; do printf '[%s]\\n' \"$a\"; done >arguments");
        Assert.Null(_programs.Run("record", "a b", "$HOME", "`id`", "'\"\\", string.Empty, "*", "a\nb", "ü"));
        Assert.Equal("[a b]\n[$HOME]\n[`id`]\n['\"\\]\n[]\n[*]\n[a\nb]\n[ü]\n", _programs.Read("arguments"));
        Assert.Equal(Programs.Secret, _programs.Read("input"));
    }

    [Fact]
    public void Its_environment_is_ours_less_what_is_removed_and_plus_what_is_given()
    {
        _programs.Add("record", "cat >/dev/null; env >environment");
        Assert.Null(_programs.Run(["record"], Programs.Secret, change: environment =>
        {
            environment.Set("GIVEN", "a=b"u8);
            environment.Remove("HOME");
        }));
        string[] lines = _programs.Read("environment").Split('\n');
        Assert.DoesNotContain(lines, line => line.StartsWith("HOME=", StringComparison.Ordinal));
        Assert.Contains("GIVEN=a=b", lines);
        Assert.Contains("PATH=" + Environment.GetEnvironmentVariable("PATH"), lines);
        using ChildEnvironment environment = ChildEnvironment.WithoutCredentials();
        Assert.Subset(environment.Removed, CredentialVariables.All.ToHashSet());
    }

    [Fact]
    public void A_variable_that_is_given_stands_there_once_and_its_memory_is_zeroed()
    {
        using var environment = new ChildEnvironment();
        environment.Set("PATH", "first"u8);
        environment.Set("PATH", "second"u8);
        nint[] block = environment.ToBlock();
        string?[] entries = [.. block[..^1].Select(entry => Marshal.PtrToStringUTF8(entry))];
        Assert.Equal(0, block[^1]);
        Assert.Equal(["PATH=second"], entries.Where(entry => entry!.StartsWith("PATH=", StringComparison.Ordinal)));
        environment.Dispose();
        Assert.Equal(string.Empty, Marshal.PtrToStringUTF8(block[Array.IndexOf(entries, "PATH=second")]));
    }

    [Fact]
    public void What_it_says_is_told_line_by_line_with_the_secret_masked()
    {
        _programs.Add("speak", "read -r t; printf 'got %s\\nand \\r\\n' \"$t\"; printf '%s' \"$t\" | base64; printf 'no end'");
        Assert.Null(_programs.Run("speak"));
        Assert.Equal(["got ***", "and", "***", "no end"], _programs.Said);
    }

    [Fact]
    public void Another_exit_status_is_told_with_its_last_words_and_without_the_secret()
    {
        _programs.Add("fail", "read -r t; for i in 1 2 3 4; do echo \"$i refused $t\" >&2; done; exit 7");
        Failure failure = _programs.Run("fail", "--name", "a b")!;
        Assert.Equal("SECTOK603", failure.Code);
        Assert.Contains("fail --name 'a b' failed with exit status 7. It said: 2 refused *** / 3 refused *** / 4 refused ***", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_that_ended_it_is_told()
    {
        _programs.Add("die", "cat >/dev/null; kill -9 $$");
        Assert.Contains("signal 9", _programs.Run("die")!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_ends_well_without_having_read_the_value_has_failed()
    {
        _programs.Add("ignore", "exit 0");
        Assert.Equal("SECTOK605", _programs.Run("ignore")!.Code);
        Assert.Equal("SECTOK605", _programs.Run(["ignore"], new string('x', 1_000_000))!.Code);
        Assert.Null(_programs.Run(["ignore"], input: null));
    }

    [Fact]
    public void Without_a_value_its_standard_input_is_empty()
    {
        _programs.Add("count", "wc -c");
        Assert.Null(_programs.Run(["count"], input: null));
        Assert.Equal(["0"], _programs.Said);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_time_limit_and_a_cancellation_end_it_and_what_it_started(bool isCancelled)
    {
        // Both refuse to end when they are asked.
        _programs.Add("stay", "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >child; while :; do sleep 1; done' & while :; do sleep 1; done");
        using var cancellation = new CancellationTokenSource();
        var watch = new Thread(() =>
        {
            SpinWait.SpinUntil(() => File.Exists(_programs.At("child")));
            cancellation.Cancel();
        });
        if (isCancelled)
        {
            watch.Start();
        }

        Failure failure = _programs.Run(["stay"], null, isCancelled ? null : TimeSpan.FromSeconds(3), cancellation.Token)!;
        Assert.Equal(isCancelled ? "SECTOK316" : "SECTOK604", failure.Code);
        Assert.True(await OtherProcess.EndsAsync(_programs.Read("child")));
    }

    [Fact]
    public void What_it_leaves_running_with_its_output_does_not_keep_us()
    {
        _programs.Add("leave", "cat >/dev/null; sleep 100 & echo $! >child; echo started");
        Assert.Null(_programs.Run("leave"));
        Assert.Equal(["started"], _programs.Said);
        string child = _programs.Read("child").Trim();
        Assert.True(OtherProcess.Runs(child));
        System.Diagnostics.Process.GetProcessById(int.Parse(child, System.Globalization.CultureInfo.InvariantCulture)).Kill();
    }

    [Fact]
    public void It_inherits_no_descriptor_beyond_its_own_three_no_ignored_signal_and_no_terminal()
    {
        _programs.Add("look", "cat >/dev/null; ls -l /proc/$$/fd >&2; grep -E 'SigIgn|SigBlk' /proc/self/status; cut -d' ' -f6,7 /proc/$$/stat | sed \"s/$$/me/\"");
        using FileStream file = File.Create(_programs.At("open-in-the-parent"));
        using PosixPipe pipe = PosixPipe.Create(System.IO.Pipes.PipeDirection.In);
        string ends = File.ResolveLinkTarget($"/proc/self/fd/{pipe.Theirs.DangerousGetHandle()}", returnFinalTarget: false)!.Name;
        Assert.Null(_programs.Run("look"));
        string[] descriptors = [.. _programs.Said.Where(line => line.Contains(" -> ", StringComparison.Ordinal))];
        Assert.True(descriptors.Length >= 3);
        Assert.DoesNotContain(descriptors, line => line.Contains("open-in-the-parent", StringComparison.Ordinal) || line.Contains(ends, StringComparison.Ordinal));

        // The C library itself ignores two signals of its own, 32 and 33, in every program that it starts. What nohup, or a script that
        // started us in the background, has ignored is ignored on: SIGHUP, SIGINT and SIGQUIT.
        const ulong OfParents = 0b111;
        string ours = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn", StringComparison.Ordinal)).Split('\t')[1];
        ulong ignored = 0x1_8000_0000 | (ulong.Parse(ours, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) & OfParents);
        Assert.Equal(
            ["SigBlk:\t0000000000000000", $"SigIgn:\t{ignored:x16}", "me 0"],
            _programs.Said.Where(line => line.StartsWith("Sig", StringComparison.Ordinal) || line.StartsWith("me ", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_cannot_be_started_is_told_with_the_reason()
    {
        _programs.Add("broken", "true", interpreter: "/no/such/interpreter");
        Failure interpreter = _programs.Run("broken")!;
        Assert.Equal("SECTOK602", interpreter.Code);
        Assert.Contains("interpreter", interpreter.Message, StringComparison.Ordinal);

        string text = _programs.Add("text", string.Empty);
        File.WriteAllText(text, "just text");
        Assert.Equal("SECTOK602", _programs.Run("text")!.Code);

        Assert.Equal("SECTOK601", _programs.Run("nothing-of-that-name")!.Code);

        _programs.Add("fine", "cat >/dev/null");
        Directory.Delete(_programs.Work, recursive: true);
        Failure place = _programs.Run("fine")!;
        Assert.Equal("SECTOK602", place.Code);
        Assert.Contains(_programs.Work, place.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_at_once_do_not_get_in_each_others_way()
    {
        _programs.Add("echo-back", "cat; echo");
        string[] values = [.. Enumerable.Range(0, 50).Select(i => $"value-{i:D4}")];
        Parallel.ForEach(values, new ParallelOptions { MaxDegreeOfParallelism = 16 }, value =>
        {
            List<string> said = [];
            using ChildEnvironment environment = ChildEnvironment.WithoutCredentials();
            Assert.Null(ProgramRun.Run(
                new ProgramCall(["echo-back"])
                {
                    Directory = _programs.Work,
                    Variables = _programs.Variable,
                    Environment = environment,
                    Secrets = _programs.Forms,
                    Input = Encoding.ASCII.GetBytes(value),
                    Say = said.Add,
                },
                CancellationToken.None));
            Assert.Equal([value], said);
        });
    }
}

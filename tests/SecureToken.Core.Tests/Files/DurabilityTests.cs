using System.Text.RegularExpressions;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>What a power cut would show, read from the order of the system calls.</summary>
[Trait("System", "Unix")]
[Trait("Needs", "probe")]
public sealed class DurabilityTests : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Success_is_said_only_after_content_and_name_are_on_the_disk(bool exists)
    {
        if (exists)
        {
            _box.Put("a=old\n");
        }

        Trace trace = await TraceSet();
        string temporary = Regex.Escape(_box.Temporary);
        string directory = Regex.Escape(Path.GetDirectoryName(_box.Target)!);
        int[] order =
        [
            trace.First($@"^openat\(.*""{temporary}"", .*O_CREAT.*O_EXCL"),
            trace.First($@"^p?write(64)?\(\d+<{temporary}>, ""a=new"),
            trace.First($@"^fsync\(\d+<{temporary}>\)"),
            trace.First($@"^renameat2?\(\d+<{directory}>, ""{Regex.Escape(Path.GetFileName(_box.Temporary))}"", \d+<{directory}>, ""{Regex.Escape(Path.GetFileName(_box.Target))}""(, 0)?\)"),
            trace.First($@"^fsync\(\d+<{directory}>\)"),
            trace.First(@"^write\(\d+<.*>, ""ok\\n"""),
        ];
        Assert.True(order.SequenceEqual(order.Order()), trace.Log);
        Assert.DoesNotContain(trace.Calls, call => Regex.IsMatch(call.Text, $@"write(64)?\(\d+<{Regex.Escape(_box.Target)}>"));
    }

    [Fact]
    public async Task A_new_directory_is_on_the_disk_before_success_is_said()
    {
        Directory.Delete(Path.GetDirectoryName(_box.Target)!);
        Trace trace = await TraceSet();
        int made = trace.First($@"^mkdir\(""{Regex.Escape(Path.GetDirectoryName(_box.Target)!)}""");
        int durable = trace.First($@"^fsync\(\d+<{Regex.Escape(_box.Root)}>\)");
        Assert.True(made < durable && durable < trace.First(@"^write\(\d+<.*>, ""ok\\n"""), trace.Log);
    }

    [Fact]
    public async Task No_file_is_created_with_a_mode_that_others_could_read()
    {
        Trace trace = await TraceSet();
        SystemCall[] created = [.. trace.Calls.Where(call =>
            call.Text.Contains("O_CREAT", StringComparison.Ordinal) && call.Text.Contains(_box.Root, StringComparison.Ordinal))];
        Assert.Equal(2, created.Length); // the lock file and the temporary file
        Assert.All(created, call => Assert.Matches(@"O_EXCL.*, 0600\)", call.Text));
    }

    private async Task<Trace> TraceSet()
    {
        string[] options = ["-e", "trace=openat,open,creat,mkdir,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2"];
        Trace trace = await Strace.Run(_box, options, [await Probe.Executable, .. Probe.SetArguments(_box, "a", "new")]);
        Assert.True(trace.Ended.SaidOk, trace.Ended.Error);
        return trace;
    }
}

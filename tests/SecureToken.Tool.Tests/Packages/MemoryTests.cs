using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SecureToken.Emulator;
using Xunit;

namespace SecureToken.Tool.Tests.Packages;

/// <summary>What is left in the memory of the native tool when it is about to end. Reading another process's memory needs root.</summary>
[Collection("packages")]
[Trait("Needs", "packages")]
public sealed class MemoryTests(PackedTool packed)
{
    [Trait("System", "Unix")]
    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("localhost", true)]
    public async Task At_its_end_the_key_is_not_in_memory_nor_the_token_but_for_the_buffer_of_TLS_and_its_peak_is_below_20_MiB_or_25(string iamHost, bool tls)
    {
        using var home = new EmptyHome(packed.Feed);
        string program = await packed.CopyNativeAsync(Path.Combine(home.Path, "tools"));
        await using EmulatorServer emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Teams = [new EmulatorTeam("payments", 42)], Tls = tls }, TestContext.Current.CancellationToken);
        string keyFile = Path.Combine(home.Path, "key");
        await File.WriteAllTextAsync(keyFile, emulator.ApiKey, TestContext.Current.CancellationToken);
        string[] trust = [];
        if (tls)
        {
            string authority = Path.Combine(home.Path, "authority.pem");
            await File.WriteAllTextAsync(authority, emulator.AuthorityPem, TestContext.Current.CancellationToken);
            trust = ["--ca-bundle", authority];
        }

        string url = emulator.BaseUrl.ToString();

        // As another host IAM has a connection of its own, whose buffer nothing overwrites.
        string iam = new UriBuilder(emulator.BaseUrl) { Host = iamHost }.Uri.ToString();

        // Held for ten seconds at the very system call that ends it.
        string[] arguments =
        [
            "-f", "-o", "/dev/null", "-e", "trace=exit_group", "-e", "inject=exit_group:delay_enter=10000000",
            program, "inject", "--endpoint", url, "--iam-endpoint", iam, "--instance", emulator.InstanceId, "--team", "42",
            "--api-key-file", keyFile, "--user-secrets", "memory", "--dotenv", Path.Combine(home.Path, "memory.env"), "--quiet", .. trust,
        ];
        using Process strace = home.Command.Start(home.Work, "strace", arguments);

        // Of its children only the tool: strace tries itself out on others first.
        string child;
        while ((child = Read($"/proc/{strace.Id}/task/{strace.Id}/children").Split(' ')[0]).Length == 0
            || new FileInfo($"/proc/{child}/exe").LinkTarget != program || Read($"/proc/{child}/syscall").Split(' ')[0] != ExitGroup)
        {
            Assert.False(strace.HasExited, "The tool was not held at its end.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(Path.Combine(home.Path, ".microsoft", "usersecrets", "memory", "secrets.json")));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(home.Path, ".local", "state", "sectoken", "ledger"), "*.json"));
        string token = emulator.TokenOf(42);
        (int utf8, int utf16) = Count(child, token);
        (int keyUtf8, int keyUtf16) = Count(child, emulator.ApiKey);
        int peak = PeakKilobytes(child);
        await strace.WaitForExitAsync(TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine($"token {utf8} and {utf16}, key {keyUtf8} and {keyUtf16}, peak {peak} KiB");
        Assert.Equal(0, strace.ExitCode);
        Assert.Equal((0, 0), (keyUtf8, keyUtf16));

        // The platform decrypts into a buffer that is its own, and may leave the last answer there.
        Assert.InRange(utf8, 0, tls ? 1 : 0);
        Assert.Equal(0, utf16);
        Assert.InRange(peak, 1, (tls ? 25 : 20) * 1024);
    }

    /// <summary>The number of the system call, as the kernel gives it.</summary>
    private static string ExitGroup => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "94" : "231";

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // The process is not there yet, or no more.
            return string.Empty;
        }
    }

    private static int PeakKilobytes(string process) => int.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private static (int Utf8, int Utf16) Count(string process, string secret)
    {
        byte[] narrow = Encoding.UTF8.GetBytes(secret);
        byte[] wide = Encoding.Unicode.GetBytes(secret);
        int utf8 = 0;
        int utf16 = 0;
        using FileStream memory = new($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        foreach (string line in File.ReadLines($"/proc/{process}/maps").Where(line => line.Split(' ')[1].StartsWith("rw", StringComparison.Ordinal)))
        {
            string[] range = line.Split(' ')[0].Split('-');
            long from = Convert.ToInt64(range[0], 16);
            byte[] content = new byte[Convert.ToInt64(range[1], 16) - from];
            memory.Position = from;
            try
            {
                memory.ReadExactly(content);
            }
            catch (IOException)
            {
                // A guard page.
                continue;
            }

            utf8 += CountIn(content, narrow);
            utf16 += CountIn(content, wide);
        }

        return (utf8, utf16);
    }

    private static int CountIn(ReadOnlySpan<byte> content, byte[] secret)
    {
        int count = 0;
        for (int at = content.IndexOf(secret); at >= 0; at = content.IndexOf(secret))
        {
            count++;
            content = content[(at + secret.Length)..];
        }

        return count;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Keys of a console, and files as Windows has them. These tests are compiled everywhere; CI runs them there.</summary>
[Trait("System", "Windows")]
public sealed partial class WindowsConsoleTests
{
    private const string Elsewhere = "Windows alone has this.";
    private const int ControlC = 0;
    private const int ControlBreak = 1;

    /// <summary>STATUS_CONTROL_C_EXIT: what Windows gives to a program that does not handle the key.</summary>
    private const int EndedByKey = unchecked((int)0xC000013A);

    /// <summary>
    /// Presses a key in the console of another process. A process has one console, so this takes one that can leave its own; and the key
    /// comes to it too, so it has a handler.
    /// </summary>
    private const string Presser = """
        $ErrorActionPreference = 'Stop'
        Add-Type @'
        using System;
        using System.Runtime.InteropServices;
        public static class Key
        {
            private delegate bool Handler(int key);
            private static readonly Handler Ignore = key => true;
            [DllImport("kernel32")] private static extern bool FreeConsole();
            [DllImport("kernel32")] private static extern bool AttachConsole(int process);
            [DllImport("kernel32")] private static extern bool SetConsoleCtrlHandler(Handler handler, bool add);
            [DllImport("kernel32")] private static extern bool GenerateConsoleCtrlEvent(int key, int group);
            public static bool Press(int key, int process)
            {
                FreeConsole();
                return AttachConsole(process) && SetConsoleCtrlHandler(Ignore, true) && GenerateConsoleCtrlEvent(key, 0);
            }
        }
        '@
        if (-not [Key]::Press(KEY, PROCESS)) { exit 1 }
        """;

    public static bool IsWindows => OperatingSystem.IsWindows();

    [Theory(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    [InlineData(ControlC)]
    [InlineData(ControlBreak)]
    public async Task A_key_ends_inject_and_leaves_every_file_as_it_was(int key)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await using FaultServer silent = FaultServer.Behaving((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        tool.Set("SECTOKEN_IAM_ENDPOINT", silent.BaseUrl).Write(".env", $"{ToolFixture.DefaultName}=old\n");
        string before = tool.Destinations().ToString();

        using Process process = Start(tool, "inject", "--dotenv", ".env", "--json");
        process.StandardInput.Close();
        await silent.Connected.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        ToolRun run = await PressAsync(tool, process, key);

        run.FailsWith(130, "SECTOK316");
        Assert.Equal(130, run.Json().GetProperty("exitStatus").GetInt32());
        Assert.Equal(before, tool.Destinations().ToString());
    }

    /// <summary>The emulator ends with 0 when Ctrl+C is pressed, and Ctrl+Break ends it as it ends any program.</summary>
    [Theory(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    [InlineData(ControlC, 0)]
    [InlineData(ControlBreak, EndedByKey)]
    public async Task A_key_reaches_the_program_of_run_and_its_exit_status_is_passed_on(int key, int status)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string program = Repository.Built("SecureToken.Emulator", "SecureToken.Emulator.dll");
        using Process process = Start(tool, "run", "--", "dotnet", program, "--ready-file", tool.At("ready"));
        await Wait.UntilAsync("the program is ready", () => File.Exists(tool.At("ready")));
        ToolRun run = await PressAsync(tool, process, key);
        Assert.Equal(status, run.Exit);
        Assert.DoesNotContain("SECTOK316", run.Error, StringComparison.Ordinal);
    }

    [Fact(Skip = Elsewhere, SkipUnless = nameof(IsWindows))]
    public async Task A_file_that_is_marked_read_only_is_told_and_stays_so()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string path = tool.Write(".env", $"{ToolFixture.DefaultName}=old\n");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        try
        {
            await tool.FailAsync(17, "SECTOK505", "inject", "--dotenv", ".env");
            Assert.True(File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly));
        }
        finally
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }
    }

    /// <summary>A program inherits from its parent that Ctrl+C is ignored, and what started the tests may have done that.</summary>
    private static Process Start(ToolFixture tool, params string[] arguments)
    {
        Assert.True(HandleControlC(0, false));
        return tool.Start(arguments);
    }

    private static async Task<ToolRun> PressAsync(ToolFixture tool, Process process, int key)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            string script = Presser.Replace("KEY, PROCESS", string.Create(CultureInfo.InvariantCulture, $"{key}, {process.Id}"), StringComparison.Ordinal);
            (await tool.OtherAsync("powershell", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File", tool.Write("press.ps1", script))).Exits(0);
            await process.WaitForExitAsync(cancellation).WaitAsync(TimeSpan.FromMinutes(1), cancellation);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        var run = new ToolRun(process.ExitCode, await output, await error);
        tool.AssertNoSecret(run.Output + run.Error);
        return run;
    }

    [LibraryImport("kernel32", EntryPoint = "SetConsoleCtrlHandler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool HandleControlC(nint none, [MarshalAs(UnmanagedType.Bool)] bool ignore);
}

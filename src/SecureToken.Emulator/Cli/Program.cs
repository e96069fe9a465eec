using System.Net.Sockets;
using System.Runtime.InteropServices;
using SecureToken.Emulator.Hosting;

namespace SecureToken.Emulator.Cli;

/// <summary>The emulator as a program.</summary>
internal static class Program
{
    private const int Stopped = 0;
    private const int CannotListen = 1;
    private const int BadOptions = 10;
    private const int FileTrouble = 17;

    private static async Task<int> Main(string[] arguments)
    {
        try
        {
            var commandLine = CommandLine.Parse(arguments);
            if (commandLine.HelpWanted)
            {
                Console.Out.WriteLine(HelpText.Text);
                return Stopped;
            }

            using var readyFile = new ReadyFile(commandLine.ReadyFile);
            using var apiKeyFile = commandLine.FirstUser is null ? ApiKeyFile.Open(commandLine.ApiKeyFile) : null;
            var options = commandLine.Options with
            {
                ApiKey = apiKeyFile?.ApiKey,
                Identities = [.. commandLine.Identities.Select(identity => identity.WithKey())],
                OnRequest = commandLine.Verbose ? VerboseLog.Write : null,
            };
            return await RunAsync(commandLine, options, apiKeyFile?.FilePath ?? commandLine.FirstUser!.KeyFile!, readyFile);
        }
        catch (Exception failure) when (failure is UsageException or ArgumentException)
        {
            return Fail(BadOptions, failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Fail(FileTrouble, failure.Message);
        }
    }

    private static async Task<int> RunAsync(CommandLine commandLine, EmulatorOptions options, string apiKeyPath, ReadyFile readyFile)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        EmulatorServer server;
        try
        {
            server = await EmulatorServer.StartAsync(options);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            return Fail(CannotListen, failure.Message);
        }

        await using (server)
        {
            if (commandLine.AuthorityFile is { } authority)
            {
                await File.WriteAllTextAsync(authority, server.AuthorityPem + "\n");
            }

            if (commandLine.ComputeTokenFile is { } computeToken)
            {
                WritePrivately(computeToken, server.ComputeResourceToken);
            }

            var announcement = ReadyMessage.Of(server, apiKeyPath, commandLine);
            Console.Out.Write(announcement);
            readyFile.Write(announcement);
            await stop.Task;
        }

        return Stopped;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    private static void WritePrivately(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new StreamWriter(path, options);
        file.Write(text);
    }

    private static int Fail(int exitCode, string message)
    {
        Console.Error.WriteLine("emulator: " + message.ReplaceLineEndings(" "));
        return exitCode;
    }
}

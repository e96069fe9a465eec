using System.Security.Cryptography;
using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;
using SecureToken.Tool.Options;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>get</c>: the token on standard output, for a pipe.</summary>
internal static class GetCommand
{
    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command("get", command =>
        {
            command.Description = "Print the team's current token on standard output.";
            command.ExtendedHelpText = HelpTexts.Get;
            var common = new CommonOptions(command);
            CommandOption reveal = command.Option(
                "--reveal", "Print the token even if standard output is a terminal.", CommandOptionType.NoValue);
            CommandOption newline = command.Option(
                "--newline", "End the token with a line break in a pipe or file, too.", CommandOptionType.NoValue);
            command.OnExecute(() =>
            {
                common.Apply(console);
                return RunAsync(common, reveal.HasValue(), newline.HasValue() || ToolConsole.OutputIsTerminal, console, cancellation);
            });
        });

    private static async Task<int> RunAsync(
        CommonOptions common, bool reveal, bool isLine, ToolConsole console, CancellationToken cancellation)
    {
        Failure? failure = null;
        if (ToolConsole.OutputIsTerminal && !reveal)
        {
            failure = Failure.Of(DiagnosticDescriptors.TerminalRefused);
        }
        else if (common.ResolveSettings(console, null).Succeeded(out TokenSettings? settings, out failure)
            && common.ResolveTransport(console).Succeeded(out TransportOptions? transport, out failure))
        {
            using ServiceClient client = ServiceClient.Open(common.CredentialsFrom(console, cancellation), transport);
            Result<FetchedToken> fetched = await client.FetchAsync(settings, cancellation);
            if (fetched.Succeeded(out FetchedToken? currentToken, out failure))
            {
                using (currentToken)
                {
                    foreach (Failure warning in currentToken.Warnings)
                    {
                        console.Warn(warning);
                    }

                    console.Detail(
                        $"token {currentToken.Fingerprint} of {currentToken.Scope}, credential from {currentToken.CredentialSource}");
                    Print(currentToken, isLine, console);
                    return 0;
                }
            }
        }

        console.Error(failure!);
        return ToolExit.Of(failure!);
    }

    /// <summary>Most readers take a line feed for a part of the value: kubectl, docker, a header in Python or node.</summary>
    private static void Print(FetchedToken currentToken, bool isLine, ToolConsole console)
    {
        if (!isLine)
        {
            console.WriteData(currentToken.Token.Utf8);
            return;
        }

        byte[] line = GC.AllocateUninitializedArray<byte>(currentToken.Token.Utf8.Length + 1, pinned: true);
        currentToken.Token.Utf8.CopyTo(line);
        line[^1] = (byte)'\n';
        console.WriteData(line);
        CryptographicOperations.ZeroMemory(line);
    }
}

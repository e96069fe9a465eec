using McMaster.Extensions.CommandLineUtils;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Options;

/// <summary>The option <c>--token-stdin</c>: the user gives the token itself, so no credential is needed.</summary>
internal sealed class TokenInput
{
    private readonly CommandOption _stdin;

    public TokenInput(CommandLineApplication command) =>
        _stdin = command.Option(
            "--token-stdin", "Read the Secure API token itself from standard input; no credential is used.", CommandOptionType.NoValue);

    /// <summary>The option as it was given; null when it was not.</summary>
    public string? Given => _stdin.HasValue() ? "--token-stdin" : null;

    /// <summary>Opens what gives the token; null without the option.</summary>
    public Func<Stream>? From(ToolConsole console, CancellationToken cancellation) =>
        _stdin.HasValue() ? () => console.OpenToken("Secure API token", cancellation) : null;
}

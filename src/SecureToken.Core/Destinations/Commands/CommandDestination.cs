using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Processes;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Destinations.Commands;

/// <summary>
/// A program that takes the token: every store with a good client is reached without writing one. The value goes to its standard input,
/// never into an argument, and into its environment only when a variable is named.
/// </summary>
public sealed class CommandDestination : Destination
{
    private const string FingerprintPlaceholder = "{fingerprint}";
    private const int LongestSeconds = 3600;

    private readonly CommandSettings _settings;
    private readonly CommandWay _way;

    private CommandDestination(CommandSettings settings, CommandWay way)
    {
        _settings = settings;
        _way = way;
        Template = settings.Template;
        DeclaredAt = settings.DeclaredAt;
    }

    /// <inheritdoc/>
    public override string Kind => "command";

    /// <inheritdoc/>
    public override string? AfterReset =>
        Reloads ? null : _way.AfterReset ?? $"restart what uses the copy that {ProgramLine.Of(_settings.Run)} has stored";

    /// <summary>With its directory: the same words mean another place in another repository.</summary>
    public override string Location => $"{ProgramLine.Of(_settings.Run)} in {_settings.BaseDirectory}";

    /// <inheritdoc/>
    public override string Slot => _settings.EnvironmentName ?? "stdin";

    /// <inheritdoc/>
    public override bool IsReadable => false;

    /// <summary>A command of the user's.</summary>
    /// <returns>The destination; or 101, 108, 112 (what was given cannot be used), 606 (the token would stand in an argument).</returns>
    public static Result<Destination> Of(CommandSettings settings) => Of(settings, CommandWay.Plain);

    /// <inheritdoc/>
    public override Failure? Check() =>
        ProgramSearch.Find(_settings.Run[0], _settings.Variables, _settings.BaseDirectory).Failure;

    /// <inheritdoc/>
    public override AccessSummary Explain() => new(
        _way.Readers ?? $"whoever may read what {_settings.Run[0]} makes of it",
        null,
        "the token is masked in the output of the program"
            + (_settings.EnvironmentName is { } name ? $"; while it runs, {name} is in its environment" : string.Empty));

    /// <inheritdoc/>
    public override Result<Token?> ReadToken() => default(Token);

    /// <inheritdoc/>
    public override Result<bool> Inject(FetchedToken currentToken, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(currentToken);
        using var secrets = new SecretForms(currentToken.Token);
        if (_settings.Run.Any(argument => Holds(argument, secrets)))
        {
            return Failure.Of(DiagnosticDescriptors.TokenOnCommandLine, _settings.Run[0]);
        }

        if (_way.Probe is { } probe)
        {
            // What it says is of no interest: that there is no such thing is the usual case.
            Failure? absent = Run(probe, currentToken, secrets, input: null, variable: null, static _ => { }, cancellation);
            if (absent?.Descriptor != DiagnosticDescriptors.ProgramFailed)
            {
                return absent is null ? false : absent;
            }
        }

        byte[] value = Template.Fill(currentToken.Token.Utf8);
        byte[] input = _way.Shape(value, currentToken.Fingerprint);
        try
        {
            Failure? failure = _settings.EnvironmentName is null
                ? Run(_settings.Run, currentToken, secrets, input, variable: null, Say, cancellation)
                : Run(_settings.Run, currentToken, secrets, input: null, value, Say, cancellation);
            return failure is null ? true : failure;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
            CryptographicOperations.ZeroMemory(value);
        }
    }

    /// <inheritdoc/>
    public override Result<bool> Remove(CancellationToken cancellation) => Failure.Of(DiagnosticDescriptors.CopyOutOfReach, Location);

    internal static Result<Destination> Of(CommandSettings settings, CommandWay way)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Run.Count == 0 || string.IsNullOrWhiteSpace(settings.Run[0]))
        {
            return Failure.Of(DiagnosticDescriptors.SettingMissing, "The program", "the program and its arguments");
        }

        if (settings.Run.FirstOrDefault(argument => argument.Any(char.IsControl)) is { } hostile)
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "An argument of a program", ProgramLine.Of([hostile]), "it has control characters");
        }

        if (settings.Run.Any(argument => argument.Contains(ValueTemplate.Placeholder, StringComparison.Ordinal)))
        {
            return Failure.Of(DiagnosticDescriptors.TokenOnCommandLine, settings.Run[0]);
        }

        if (settings.TimeoutSeconds is < 1 or > LongestSeconds)
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "The time limit of a program", settings.TimeoutSeconds,
                $"it must be a whole number of seconds from 1 to {LongestSeconds}");
        }

        return settings.EnvironmentName is { } name && ConfigurationKey.ParseEnvironmentName(name).Failure is { } failure
            ? failure
            : new CommandDestination(settings, way);
    }

    // Several programs may run at once.
    private void Say(string line) => _settings.Say($"{Path.GetFileName(_settings.Run[0])}: {line}");

    private Failure? Run(
        IReadOnlyList<string> line, FetchedToken currentToken, SecretForms secrets, byte[]? input, byte[]? variable, Action<string> say,
            CancellationToken cancellation)
    {
        using var environment = ChildEnvironment.WithoutCredentials();
        if (variable is not null)
        {
            environment.Set(_settings.EnvironmentName!, variable);
        }

        // Where a name is used once, another text around the same token needs another name.
        string fingerprint = Template.IsTokenAlone
            ? currentToken.Fingerprint.Value : Fingerprint.OfIdentity($"{currentToken.Fingerprint}\n{Template}").Value;
        return ProgramRun.Run(
            new ProgramCall([.. line.Select(argument => argument.Replace(FingerprintPlaceholder, fingerprint, StringComparison.Ordinal))])
            {
                Directory = _settings.BaseDirectory,
                Variables = _settings.Variables,
                Environment = environment,
                Secrets = secrets,
                Input = input,
                Limit = TimeSpan.FromSeconds(_settings.TimeoutSeconds ?? 60),
                Say = say,
            },
            cancellation);
    }

    /// <summary>Whether someone wrote the token itself into the settings.</summary>
    private static bool Holds(string argument, SecretForms secrets)
    {
        byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(argument);
        return secrets.All.Any(form => utf8.AsSpan().IndexOf(form.Bytes) >= 0);
    }
}

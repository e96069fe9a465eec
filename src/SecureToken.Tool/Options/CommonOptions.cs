using System.Globalization;
using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Settings;
using SecureToken.Core.State;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Options;

/// <summary>The options that every command which asks the service has.</summary>
internal sealed class CommonOptions
{
    private readonly Dictionary<SettingName, CommandOption> _settings = [];
    private readonly CommandOption _apiKeyFile;
    private readonly CommandOption _apiKeyStdin;
    private readonly CommandOption _iamTokenFile;
    private readonly CommandOption _iamTokenStdin;
    private readonly CommandOption _credential;
    private readonly CommandOption _profile;
    private readonly CommandOption _caBundle;
    private readonly CommandOption _trustHost;
    private readonly CommandOption _timeout;
    private readonly CommandOption _quiet;
    private readonly CommandOption _verbose;

    public CommonOptions(CommandLineApplication command, bool takesSeveralTeams = false)
    {
        AddSetting(SettingName.Region, "REGION", "Region of the instance, for example eu-de.");
        AddSetting(SettingName.Endpoint, "URL", "Base URL of the instance's region, instead of the region.");
        AddSetting(SettingName.Instance, "GUID_OR_CRN", "The Workload Protection instance; its name works too.");
        AddSetting(
            SettingName.Team,
            "ID_OR_NAME",
            takesSeveralTeams ? "A team; repeatable." : "The team that the token belongs to.",
            takesSeveralTeams ? CommandOptionType.MultipleValue : CommandOptionType.SingleValue);
        AddSetting(SettingName.IamEndpoint, "URL", "The IAM endpoint (default: the public one of IBM Cloud).");
        AddSetting(SettingName.ResourceController, "URL", "The resource controller (default: the public one of IBM Cloud).");
        _settings.Add(
            SettingName.Private,
            command.Option(
            SettingName.Private.Option, "Use the private hosts of IBM Cloud where no URL is specified.", CommandOptionType.NoValue));
        AddSetting(SettingName.Verify, "MODE", $"Verify the token's team: {string.Join(", ", VerifyWords.All)} (default: require).");
        _apiKeyFile = command.Option(
            "--api-key-file <PATH>", "Read the API key from a file (text, or the JSON file that IBM Cloud offers).",
            CommandOptionType.SingleValue);
        _apiKeyStdin = command.Option("--api-key-stdin", "Read the API key from standard input.", CommandOptionType.NoValue);
        _iamTokenFile = command.Option("--iam-token-file <PATH>", "Read an IAM token from a file.", CommandOptionType.SingleValue);
        _iamTokenStdin = command.Option("--iam-token-stdin", "Read an IAM token from standard input.", CommandOptionType.NoValue);
        _credential = command.Option(
            "--credential <KIND>", $"Only: {string.Join(", ", CredentialFinder.SourceNames)}.", CommandOptionType.SingleValue);
        _profile = command.Option(
            "--iam-profile <ID_OR_NAME>", "Trusted profile of a compute resource or VPC instance, or to assume.",
                CommandOptionType.SingleValue);
        _caBundle = command.Option(
            $"{SettingName.CaBundle.Option} <PATH>", "A file of certificate authorities to trust in addition to the system's.",
            CommandOptionType.SingleValue);
        _trustHost = command.Option(
            "--trust-host <HOST>", "Trust a host or HOST:PORT outside cloud.ibm.com that a committed file names; repeatable.",
            CommandOptionType.MultipleValue);
        _timeout = command.Option(
            "--timeout <SECONDS>", "Time limit for all requests together, 1 to 600 (default 30).", CommandOptionType.SingleValue);
        _quiet = command.Option("-q|--quiet", "Print errors only.", CommandOptionType.NoValue);
        _verbose = command.Option("-v|--verbose", "Print where each value came from (never a secret).", CommandOptionType.NoValue);

        void AddSetting(SettingName setting, string value, string description, CommandOptionType type = CommandOptionType.SingleValue) =>
            _settings.Add(setting, command.Option($"{setting.Option} <{value}>", description, type));
    }

    /// <summary>Sets how much the tool says, and tells of resets that were not finished.</summary>
    public void Apply(ToolConsole console)
    {
        ApplyVerbosity(console);
        TellUnfinished(console);
    }

    /// <summary>Tells of resets that were not finished: every copy may be dead.</summary>
    public static void TellUnfinished(ToolConsole console)
    {
        foreach (UnfinishedReset reset in ResetOperation.Unfinished(console.Environment).Where(reset => !reset.IsRunning))
        {
            console.Warn(reset.Record is { } record
                ? Failure.Of(
                    DiagnosticDescriptors.ResetUnfinished,
                    $"team {record.TeamName ?? record.Team} of instance {record.Instance} at {record.Endpoint}",
                    record.StartedAt.ToString("u", CultureInfo.InvariantCulture))
                : Failure.Of(DiagnosticDescriptors.JournalUnreadable, reset.Path));
        }
    }

    /// <summary>Sets how much the tool says.</summary>
    public void ApplyVerbosity(ToolConsole console) =>
        console.Verbosity = _quiet.HasValue() ? Verbosity.Quiet : _verbose.HasValue() ? Verbosity.Verbose : Verbosity.Normal;

    /// <summary>What the options say.</summary>
    public SettingsLayer OptionsLayer =>
        SettingsLayer.From(setting => ValueOf(_settings[setting]), setting => new SettingSource(setting.Option));

    /// <summary>Which hosts a committed file may name.</summary>
    public HostTrust TrustFrom(ToolConsole console) => new(_trustHost.Values, console.Environment);

    /// <summary>Which file of certificate authorities takes effect; it is not read.</summary>
    public EffectiveSetting CaBundle(ToolConsole console)
    {
        string variable = SettingName.CaBundle.Variables[0];
        return _caBundle.Value() is { } given ? new EffectiveSetting("CA bundle", given, SettingName.CaBundle.Option)
            : console.Environment(variable) is { Length: > 0 } path ? new EffectiveSetting("CA bundle", path, variable)
            : new EffectiveSetting("CA bundle", null, "the system's authorities");
    }

    /// <summary>An option that picks one token, or null.</summary>
    public string? Narrowing =>
        ((SettingName[])[SettingName.Team, SettingName.Instance]).FirstOrDefault(setting => _settings[setting].HasValue())?.Option;

    /// <summary>An option that says which credential is used, or null.</summary>
    public string? CredentialOption =>
        ((CommandOption[])[_apiKeyFile, _apiKeyStdin, _iamTokenFile, _iamTokenStdin, _credential, _profile])
            .FirstOrDefault(option => option.HasValue()) is { } given ? "--" + given.LongName : null;

    /// <summary>How strictly a token is verified, as options, environment and the nearest settings file say.</summary>
    public Result<VerifyMode> ResolveVerify(ToolConsole console)
    {
        if (!SettingsLayer.FromEnvironment(console.Environment).Succeeded(out SettingsLayer? environment, out Failure? failure))
        {
            return failure;
        }

        // A reset can be finished from anywhere, so a settings file that cannot be read does not stop it.
        IReadOnlyList<SettingsLayer> declared =
            SettingsFile.Find(Environment.CurrentDirectory) is { } path
            && SettingsFile.Read(path).Succeeded(out SettingsFile? file, out _)
                ? file.LayersFor(OptionsLayer.Team ?? environment.Team) : [];
        return TokenSettings.VerifyOf([OptionsLayer, environment, .. declared]);
    }

    /// <summary>Settings for the tokens that the ledgers remember: the user's own word says which of their hosts may be asked.</summary>
    public Result<RememberedSettings> ResolveRemembered(ToolConsole console) =>
        SettingsLayer.FromEnvironment(console.Environment).Succeeded(out SettingsLayer? environment, out Failure? failure)
            ? new RememberedSettings([OptionsLayer, environment], TrustFrom(console))
            : failure;

    /// <summary>The teams that the options name, in order.</summary>
    public IReadOnlyList<string?> Teams => _settings[SettingName.Team].Values;

    /// <summary>The settings of the token of each team that the options name, or of the one that is meant without.</summary>
    public Result<IReadOnlyList<TokenSettings>> ResolveTeams(ToolConsole console)
    {
        List<TokenSettings> all = [];
        foreach (SettingValue? team in Teams.Count == 0
            ? [null] : Teams.Select(team => SettingValue.Of(team, new SettingSource(SettingName.Team.Option))))
        {
            if (!ResolveSettings(console, OptionsLayer with { Team = team }, null)
                .Succeeded(out TokenSettings? settings, out Failure? failure))
            {
                return failure;
            }

            all.Add(settings);
        }

        return all;
    }

    /// <summary>One token's settings: options over environment over what a project says over the nearest settings file.</summary>
    public Result<TokenSettings> ResolveSettings(ToolConsole console, SettingsLayer? project, bool isTeamNeeded = true) =>
        ResolveSettings(console, OptionsLayer, project, isTeamNeeded);

    private Result<TokenSettings> ResolveSettings(
        ToolConsole console, SettingsLayer options, SettingsLayer? project, bool isTeamNeeded = true)
    {
        if (!SettingsLayer.FromEnvironment(console.Environment).Succeeded(out SettingsLayer? environment, out Failure? failure))
        {
            return failure;
        }

        IReadOnlyList<SettingsLayer> declared = [];
        if (SettingsFile.Find(Environment.CurrentDirectory) is { } path)
        {
            if (!SettingsFile.Read(path).Succeeded(out SettingsFile? file, out failure))
            {
                return failure;
            }

            declared = file.LayersFor(options.Team ?? environment.Team ?? project?.Team);
        }

        SettingsLayer[] layers = [options, environment, .. project is null ? [] : (SettingsLayer[])[project], .. declared];
        return TokenSettings.Resolve(layers, TrustFrom(console), isTeamNeeded);
    }

    public CredentialOptions CredentialsFrom(ToolConsole console, CancellationToken cancellation) => new()
    {
        BaseDirectory = Environment.CurrentDirectory,
        Forced = _credential.Value(),
        Profile = _profile.Value(),
        ApiKeyFile = _apiKeyFile.Value(),
        ApiKeyStdin = _apiKeyStdin.HasValue(),
        IamTokenFile = _iamTokenFile.Value(),
        IamTokenStdin = _iamTokenStdin.HasValue(),
        OpenStandardInput = () => console.OpenInput(cancellation),
    };

    public Result<TransportOptions> ResolveTransport(ToolConsole console)
    {
        Result<CaBundle?> trust = Core.Http.CaBundle.Find(_caBundle.Value(), console.Environment, Environment.CurrentDirectory);
        if (trust.Failure is not null)
        {
            return trust.Failure;
        }

        var options = new TransportOptions
        {
            Environment = console.Environment,
            Trust = trust.Value,
            Progress = console.Live.Follow,
        };
        if (!_timeout.HasValue())
        {
            return options;
        }

        return int.TryParse(_timeout.Value(), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            && seconds is >= 1 and <= 600
            ? options
                with { Deadline = TimeSpan.FromSeconds(seconds), Attempt = TimeSpan.FromSeconds(Math.Min(seconds, 10)),
                Connect = TimeSpan.FromSeconds(Math.Min(seconds, 5)) }
            : Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "--timeout", PrintableText.Ascii(_timeout.Value()!, 20),
                "it must be a whole number of seconds from 1 to 600");
    }

    private static string? ValueOf(CommandOption option) =>
        option.OptionType == CommandOptionType.NoValue ? option.HasValue() ? "true" : null : option.Value();
}

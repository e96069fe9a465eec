using System.Text;
using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Identity;
using SecureToken.Core.Settings;
using SecureToken.Core.State;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>config</c>: every setting with its value and where it came from.</summary>
internal sealed class ConfigCommand
{
    public const string Name = "config";

    private readonly CommonOptions _common;
    private readonly CommandOption _schema;
    private readonly CommandOption _json;
    private readonly ToolConsole _console;

    private ConfigCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _common = new CommonOptions(command);
        _schema = command.Option(
            "--schema", $"Print the JSON schema of {SettingsFile.Name} instead of the settings.", CommandOptionType.NoValue);
        _json = command.Option("--json", "Print the settings as one JSON object on standard output.", CommandOptionType.NoValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = "Show the value and the source of every setting.";
            command.ExtendedHelpText = HelpTexts.Config;
            var config = new ConfigCommand(command, console);
            command.OnExecute(() => config.Run(cancellation));
        });

    private int Run(CancellationToken cancellation)
    {
        _common.Apply(_console);
        if (_schema.HasValue())
        {
            _console.WriteData(Encoding.UTF8.GetBytes(SettingsFileSchema.Generate()));
            return 0;
        }

        if (!Collect(cancellation).Succeeded(out IReadOnlyList<EffectiveSetting>? settings, out Failure? failure))
        {
            if (_json.HasValue())
            {
                _console.WriteData(JsonReportWriter.Of(Name, failure));
            }

            _console.Error(failure);
            return ToolExit.Of(failure);
        }

        if (_json.HasValue())
        {
            _console.WriteData(Json(settings));
        }
        else
        {
            _console.Print(settings.Select(setting => new PrintedLine($"{setting.Name,-19} {setting.Value ?? "-"}  ({setting.Source})")));
        }

        return 0;
    }

    private Result<IReadOnlyList<EffectiveSetting>> Collect(CancellationToken cancellation)
    {
        if (!SettingsLayer.FromEnvironment(_console.Environment).Succeeded(out SettingsLayer? environment, out Failure? failure))
        {
            return failure;
        }

        SettingsLayer options = _common.OptionsLayer;
        SettingsFile? file = null;
        if (SettingsFile.Find(Environment.CurrentDirectory) is { } path && !SettingsFile.Read(path).Succeeded(out file, out failure))
        {
            return failure;
        }

        HostTrust trust = _common.TrustFrom(_console);
        SettingsLayer[] layers = [options, environment, .. file?.LayersFor(options.Team ?? environment.Team) ?? []];
        Result<string> state = StateDirectory.Find(_console.Environment);
        return (EffectiveSetting[])
        [
            .. EffectiveSettings.Of(layers, trust),
            _common.CaBundle(_console),
            Credential(cancellation),
            new("trusted hosts", trust.Hosts.Count == 0 ? null : string.Join(", ", trust.Hosts),
                trust.Hosts.Count == 0 ? "not set" : $"--trust-host, {SettingName.TrustHostVariable}"),
            new("settings file", file?.Path, file is null ? "none in this directory or above" : string.Join(", ", Teams(file))),
            new("state directory", state.Failure is null ? state.Value : null,
                _console.Environment("SECTOKEN_STATE_DIR") is { Length: > 0 } ? "SECTOKEN_STATE_DIR" : "built in"),
        ];
    }

    /// <summary>Where the credential comes from; standard input is not read for it.</summary>
    private EffectiveSetting Credential(CancellationToken cancellation)
    {
        CredentialOptions options = _common.CredentialsFrom(_console, cancellation);
        if (options.ApiKeyStdin || options.IamTokenStdin)
        {
            return new EffectiveSetting("credential", "***", "standard input");
        }

        Result<Credential> found = CredentialFinder.Find(options, _console.Environment, TimeProvider.System);
        if (found.Failure is { } failure)
        {
            return new EffectiveSetting(
                "credential", null,
                failure.Descriptor == DiagnosticDescriptors.CredentialMissing ? "not set" : $"{failure.Code}: {failure.Message}");
        }

        using (found.Value)
        {
            return new EffectiveSetting("credential", "***", found.Value.ToString());
        }
    }

    private static IEnumerable<string> Teams(SettingsFile file) =>
        file.Tokens.Select(
            token =>
            $"team {token.Layer.Team?.Text ?? "not named"}: {token.Destinations.Count} "
                + $"destination{(token.Destinations.Count == 1 ? string.Empty : "s")}");

    private static ReadOnlySpan<byte> Json(IReadOnlyList<EffectiveSetting> settings) =>
        JsonReportWriter.Of(Name, 0, json =>
        {
            json.WriteStartArray("settings");
            foreach (EffectiveSetting setting in settings)
            {
                json.WriteStartObject();
                json.WriteString("name", setting.Name);
                json.WriteString("value", setting.Value);
                json.WriteString("origin", setting.Source);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNull("failure");
        });
}

using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;
using SecureToken.Tool.Projects;

namespace SecureToken.Tool.Commands;

/// <summary>
/// Finds out what a new settings file is to say: what options and environment give is taken, the rest is asked. The service is asked only
/// for lists to choose from, so nothing is requested when all is given.
/// </summary>
internal sealed class InitQuestions(CommonOptions common, ToolConsole console, CancellationToken cancellation)
{
    private const string DefaultDotenv = ".env";

    private SettingsLayer _layer = new();

    /// <summary>What the file is to say; or which option is missing where nobody can be asked.</summary>
    public async Task<Result<SettingsFileDraft>> DraftAsync(string? project, string? dotenv)
    {
        if (!SettingsLayer.FromEnvironment(console.Environment).Succeeded(out SettingsLayer? environment, out Failure? failure)
            || !common.ResolveTransport(console).Succeeded(out TransportOptions? transport, out failure))
        {
            return failure;
        }

        // An option stands above the environment as a whole: a region by option leaves no endpoint of the environment.
        SettingsLayer options = common.OptionsLayer;
        bool isPlaced = options.Region is not null || options.Endpoint is not null;
        _layer = new SettingsLayer
        {
            Region = isPlaced ? options.Region : environment.Region,
            Endpoint = isPlaced ? options.Endpoint : environment.Endpoint,
            Instance = options.Instance ?? environment.Instance,
            Team = options.Team ?? environment.Team,
            IamEndpoint = options.IamEndpoint ?? environment.IamEndpoint,
            ResourceController = options.ResourceController ?? environment.ResourceController,
            Private = options.Private ?? environment.Private,
        };
        if ((await AskInstanceAsync(transport).ConfigureAwait(false) ?? AskRegion() ?? await AskTeamAsync(transport).ConfigureAwait(false)) is { } missing)
        {
            return missing;
        }

        return TokenSettings.Resolve([_layer], common.TrustFrom(console)).Succeeded(out _, out failure)
            && Destination(project, dotenv).Succeeded(out Place? place, out failure)
                ? new SettingsFileDraft(_layer.Instance!.Text.Trim(), _layer.Team!.Text.Trim(), place.Kind, place.Member, place.Path)
                {
                    Region = _layer.Region?.Text.Trim(),
                    Endpoint = _layer.Endpoint?.Text.Trim(),
                    IamEndpoint = _layer.IamEndpoint?.Text.Trim(),
                }
                : failure;
    }

    private async Task<Failure?> AskInstanceAsync(TransportOptions transport)
    {
        if (IsGiven("instance", _layer.Instance))
        {
            return null;
        }

        if (!ToolConsole.CanAsk)
        {
            return Missing(SettingName.Instance);
        }

        Result<IReadOnlyList<InstanceEntry>> listed =
            await Instances.ListAsync([_layer], common.TrustFrom(console), common.CredentialsFrom(console, cancellation), transport, cancellation).ConfigureAwait(false);
        if (listed.Failure is { } unlisted)
        {
            console.Warn(unlisted);
        }

        IReadOnlyList<InstanceEntry> entries = listed.Failure is null ? listed.Value : [];
        string? answer = console.Choose("Workload Protection instances:", [.. entries.Select(entry => entry.ToString())], "Instance (its number, GUID, CRN or name)", cancellation, out int chosen);
        if (string.IsNullOrWhiteSpace(answer))
        {
            return Missing(SettingName.Instance);
        }

        _layer = _layer with { Instance = Answered(chosen >= 0 ? entries[chosen].Id : answer) };
        if (chosen >= 0 && _layer is { Region: null, Endpoint: null })
        {
            _layer = _layer with { Region = Answered(entries[chosen].Region) };
        }

        return null;
    }

    /// <summary>A CRN names its region, and the region of a name is looked up.</summary>
    private Failure? AskRegion()
    {
        if (IsGiven("region", _layer.Region) || IsGiven("endpoint", _layer.Endpoint))
        {
            return null;
        }

        if (!InstanceSelector.Parse(_layer.Instance!.Text).Succeeded(out InstanceSelector? instance, out Failure? failure))
        {
            return failure;
        }

        if (instance.Known?.Region is not null || instance.Name is not null)
        {
            return null;
        }

        if (!ToolConsole.CanAsk)
        {
            return Missing(SettingName.Region);
        }

        string? answer = console.Choose("Regions:", Endpoint.KnownRegions, "Region of the instance (number or name)", cancellation, out int chosen);
        _layer = _layer with { Region = chosen >= 0 ? Answered(Endpoint.KnownRegions[chosen]) : Answered(answer) };
        return _layer.Region is null ? Missing(SettingName.Region) : null;
    }

    private async Task<Failure?> AskTeamAsync(TransportOptions transport)
    {
        if (IsGiven("team", _layer.Team))
        {
            return null;
        }

        if (!ToolConsole.CanAsk)
        {
            return Missing(SettingName.Team);
        }

        Result<TeamList> listed = TokenSettings.Resolve([_layer], common.TrustFrom(console), isTeamNeeded: false).Succeeded(out TokenSettings? settings, out Failure? failure)
            ? await Teams.RunAsync(settings, common.CredentialsFrom(console, cancellation), transport, cancellation).ConfigureAwait(false)
            : failure;
        if (listed.Failure is { } unlisted)
        {
            console.Warn(unlisted);
        }

        IReadOnlyList<TeamAccess> teams = listed.Failure is null ? listed.Value.All : [];
        string? answer = console.Choose("Teams:", [.. teams.Select(Describe)], "Team (its number in the list, or its name)", cancellation, out int chosen);
        _layer = _layer with { Team = Answered(chosen >= 0 ? teams[chosen].Entry.Team.Name ?? teams[chosen].Entry.Team.ToString() : answer) };
        return _layer.Team is null ? Missing(SettingName.Team) : null;
    }

    private Result<Place> Destination(string? project, string? dotenv)
    {
        string here = Environment.CurrentDirectory;
        if (dotenv is not null)
        {
            return OfDotenv(dotenv);
        }

        if (project is null && !ToolConsole.CanAsk)
        {
            return ProjectEvaluation.Locate(here, isGiven: false).Succeeded(out string? only, out _) ? OfProject(only)
                : Failure.Of(DiagnosticDescriptors.AnswerMissing, "The place of the token", "--project PATH or --dotenv PATH");
        }

        if (project is null)
        {
            IReadOnlyList<string> found = ProjectFiles.Below(here);
            string? answer = console.Choose("Projects:", found, $"Project whose user-secrets get the token (number or path; nothing for {DefaultDotenv})", cancellation, out int chosen);
            project = chosen >= 0 ? found[chosen] : answer;
            if (answer is null)
            {
                return Failure.Of(DiagnosticDescriptors.AnswerMissing, "The place of the token", "--project PATH or --dotenv PATH");
            }
        }

        return string.IsNullOrWhiteSpace(project) ? OfDotenv(DefaultDotenv)
            : ProjectEvaluation.Locate(project, isGiven: true).Succeeded(out string? located, out Failure? failure) ? OfProject(located)
            : failure;

        Place OfProject(string file) => new("user-secrets", "project", Relative(file));

        Place OfDotenv(string file) => new("dotenv", "path", Relative(Path.GetFullPath(file)));

        string Relative(string file) => Path.GetRelativePath(here, file).Replace('\\', '/');
    }

    private bool IsGiven(string what, SettingValue? given)
    {
        if (given is not null)
        {
            console.Detail($"{what} from {given.Source.Name}");
        }

        return given is not null;
    }

    private static string Describe(TeamAccess access) =>
        $"{access.Entry.Team}{(access.Entry.IsDefault ? ", the default team" : string.Empty)}{(access.Refusal is { } refusal ? $", its token cannot be read ({refusal.Code})" : string.Empty)}";

    private static SettingValue? Answered(string? text) => SettingValue.Of(text, new SettingSource("the answer"));

    private static Failure Missing(SettingName name) =>
        Failure.Of(DiagnosticDescriptors.AnswerMissing, char.ToUpperInvariant(name.Title[0]) + name.Title[1..], $"{name.Option}, or set {name.Variables[0]}");

    private sealed record Place(string Kind, string Member, string Path);
}

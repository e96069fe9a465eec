using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Operations;
using SecureToken.Core.Settings;
using SecureToken.Tool.Projects;

namespace SecureToken.Tool.Commands;

/// <summary>Which tokens are meant and where they go: what options, environment, projects and the settings file say together.</summary>
internal sealed class PlanOptions
{
    private readonly DestinationOptions _destinations;
    private readonly CommonOptions _common;

    public PlanOptions(CommandLineApplication command)
    {
        _destinations = new DestinationOptions(command);
        _common = new CommonOptions(command);
    }

    /// <summary>Sets how much the tool says.</summary>
    public void Apply(ToolConsole console) => _common.Apply(console);

    /// <summary>The plans, one for each token. Nothing is requested and no credential is read.</summary>
    public async Task<Result<IReadOnlyList<InjectPlan>>> ResolveAsync(ToolConsole console, CancellationToken cancellation)
    {
        ProjectSettings? project = null;
        if (!_destinations.ProjectToEvaluate().Succeeded(out ProjectChoice choice, out Failure? failure))
        {
            return failure;
        }

        if (choice.Path is not null
            && !(await ProjectEvaluation.ReadAsync(choice.Path, cancellation).ConfigureAwait(false)).Succeeded(out project, out failure))
        {
            return failure;
        }

        if (!_common.ResolveSettings(console, project?.Layer).Succeeded(out TokenSettings? settings, out failure)
            || !_common.ResolveTransport(console).Succeeded(out TransportOptions? transport, out failure)
            || !_destinations.Resolve(project, console.Environment).Succeeded(out IReadOnlyList<Destination>? destinations, out failure))
        {
            return failure;
        }

        console.Detail($"endpoint {settings.Endpoint}, IAM {settings.IamEndpoint}, instance {settings.Instance}, team {settings.Team}");
        return new InjectPlan[] { new(settings, _common.CredentialsFrom(console, cancellation), destinations, transport) };
    }
}

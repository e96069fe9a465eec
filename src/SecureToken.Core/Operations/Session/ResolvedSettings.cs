using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Session;

/// <summary>
/// Settings whose instance is known by its GUID. Only these can be asked of the service, and only <see cref="ServiceClient.ResolveAsync"/>
/// makes them from a name, so an instance cannot be looked up twice.
/// </summary>
public sealed record ResolvedSettings
{
    private ResolvedSettings(TokenSettings given, Endpoint endpoint, Instance instance)
    {
        Given = given with { Endpoint = endpoint, Instance = new InstanceSelector(instance) };
        Instance = instance;
    }

    /// <summary>The settings, with what was found out about the instance.</summary>
    public TokenSettings Given { get; private init; }

    /// <summary>The endpoint.</summary>
    public Endpoint Endpoint => Given.Endpoint;

    /// <summary>The instance.</summary>
    public Instance Instance { get; }

    /// <summary>The team, as the user named it.</summary>
    public TeamSelector Team
    {
        get => Given.Team;
        init => Given = Given with { Team = value };
    }

    /// <summary>Settings that name the GUID; null when they name the instance.</summary>
    public static ResolvedSettings? Of(TokenSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Instance.Known is { } instance ? new ResolvedSettings(settings, settings.Endpoint, instance) : null;
    }

    /// <summary>Settings that name the instance, which was looked up.</summary>
    internal static Result<ResolvedSettings> Of(TokenSettings settings, Instance found)
    {
        if (settings.Endpoint != Endpoint.Undetermined)
        {
            return new ResolvedSettings(settings, settings.Endpoint, found);
        }

        return Endpoint.FromRegion(found.Region ?? string.Empty).Succeeded(out Endpoint? endpoint, out Failure? failure)
            ? new ResolvedSettings(settings, settings.IsPrivate ? endpoint.ToPrivate() : endpoint, found)
            : failure;
    }

    /// <summary>The scope of a team of the instance.</summary>
    public TokenScope ScopeOf(Team team) => new(Endpoint, Instance, team);
}

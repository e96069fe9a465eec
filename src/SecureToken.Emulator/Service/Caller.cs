using SecureToken.Emulator.Credentials;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Service;

/// <summary>Who calls the service: an identity with an IAM token, or the holder of an identity's token in a team.</summary>
/// <param name="Identity">Whose IAM token or token it is.</param>
/// <param name="TokenTeam">The team whose token was used; null for an IAM token.</param>
internal sealed record Caller(Identity Identity, EmulatorTeam? TokenTeam)
{
    private const string Scheme = "Bearer ";

    /// <summary>Names the caller, or answers the request itself and returns null.</summary>
    private static async Task<Caller?> AuthenticateAsync(HttpContext context, EmulatorState state)
    {
        var caller = Identify(context.Request, state);
        if (caller is null)
        {
            await ServiceErrors.UnauthorizedAsync(context, state.Clock);
            return null;
        }

        // Optional beside a token, but a wrong one is wrong in any company.
        if (context.Request.Headers.TryGetValue(ServiceHeaders.Instance, out var instance) &&
            !string.Equals(instance.ToString(), state.InstanceId, StringComparison.OrdinalIgnoreCase))
        {
            await ServiceErrors.WriteAsync(
                context, StatusCodes.Status404NotFound, "Instance not found", "There is no such instance in this region");
            return null;
        }

        return caller;
    }

    /// <summary>A route for callers that are known; anybody else is refused.</summary>
    public static RequestDelegate Route(EmulatorState state, Func<HttpContext, Caller, Task> route) => async context =>
    {
        if (await AuthenticateAsync(context, state) is { } caller)
        {
            await route(context, caller);
        }
    };

    private static Caller? Identify(HttpRequest request, EmulatorState state)
    {
        // Exactly one header, exactly one "Bearer ": a doubled or bare credential is the classic mistake.
        var authorization = request.Headers.Authorization;
        if (authorization.Count != 1 || authorization[0] is not { } value || !value.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var credential = value[Scheme.Length..];
        if (state.Identities.ByIamId(state.IamTokens.IamIdOf(credential)) is { } identity)
        {
            // Without the instance the service cannot know whom the IAM token is for.
            return request.Headers.ContainsKey(ServiceHeaders.Instance) ? new Caller(identity, TokenTeam: null) : null;
        }

        return !state.IamOnly && state.Tokens.OwnerOf(credential) is { } owner
            ? new Caller(owner.Identity, state.Teams.ById(owner.TeamId))
            : null;
    }
}

using System.Globalization;
using System.Text.Json.Serialization;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Service;

/// <summary>The access keys of agents, in both families of the API. The keys are decoys: a client must not repeat them.</summary>
internal sealed class AccessKeyRoutes(EmulatorState state)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/customer/accessKeys", Caller.Route(state, ListAsync));
        routes.MapGet("/platform/v1/access-keys", Caller.Route(state, ListOfPlatformAsync));
        routes.MapGet("/platform/v1/access-keys/{id}", Caller.Route(state, GetAsync));
    }

    private Task ListAsync(HttpContext context, Caller caller) => ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
    {
        customerAccessKeys = state.Decoys.Select(
            (key, index) => new { id = index + 1, accessKey = key, enabled = true, dateCreated = 1700000000000 }),
    });

    private Task ListOfPlatformAsync(HttpContext context, Caller caller) =>
        ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { data = state.Decoys.Select(Describe) });

    private Task GetAsync(HttpContext context, Caller caller)
    {
        var found = state.Decoys.Select(Describe).FirstOrDefault(key => key.Id == context.GetRouteValue("id") as string);
        return found is null
            ? ServiceErrors.WritePlatformAsync(context, StatusCodes.Status404NotFound, "not_found", "Not found")
            : ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, found);
    }

    private static PlatformKey Describe(string key, int index) =>
        new((index + 1).ToString(CultureInfo.InvariantCulture), key, IsEnabled: true);

    private sealed record PlatformKey(string Id, string AccessKey, [property: JsonPropertyName("enabled")] bool IsEnabled);
}

using System.Text.Json.Nodes;

namespace SecureToken.TestSupport.Cluster;

/// <summary>A refusal, in the API server's own form and words.</summary>
internal sealed class ClusterRefusal(int status, string reason, string message) : Exception(message)
{
    public int Status => status;

    public string Reason => reason;

    public static ClusterRefusal Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ClusterRefusal Forbidden(ClusterTarget target, string user, string verb) => new(
        403, "Forbidden",
        $"{target.Resource.Plural}{(target.Name is null ? string.Empty : $" \"{target.Name}\"")} is forbidden: User \"{user}\" cannot {verb} resource "
        + $"\"{target.Resource.Plural}\" in API group \"{target.Resource.Group}\" in the namespace \"{target.Namespace}\"");

    public static ClusterRefusal NotFound(ClusterTarget target) => new(404, "NotFound", $"{target.Resource.Plural} \"{target.Name}\" not found");

    public static ClusterRefusal Exists(ClusterTarget target, string name) =>
        new(409, "AlreadyExists", $"{target.Resource.Plural} \"{name}\" already exists");

    public static ClusterRefusal Conflict(ClusterTarget target) => new(
        409, "Conflict",
        $"Operation cannot be fulfilled on {target.Resource.Plural} \"{target.Name}\": the object has been modified; please apply your changes to "
        + "the latest version and try again");

    public static ClusterRefusal Invalid(ClusterTarget target, string field, string why) =>
        new(422, "Invalid", $"{target.Resource.Kind} \"{target.Name}\" is invalid: {field}: {why}");

    public static ClusterRefusal BadRequest(string message) => new(400, "BadRequest", message);

    public JsonObject ToJson() => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = Message,
        ["reason"] = reason,
        ["code"] = status,
    };
}

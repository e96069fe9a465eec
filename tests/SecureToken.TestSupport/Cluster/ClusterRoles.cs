using System.Text.Json.Nodes;

namespace SecureToken.TestSupport.Cluster;

/// <summary>
/// Who may do what, by the Roles and RoleBindings that are stored: what no rule allows is forbidden. A collection has no name, so a rule with
/// resourceNames never allows <c>list</c> or <c>create</c>, as in a cluster.
/// </summary>
internal static class ClusterRoles
{
    private static readonly ClusterResource Bindings = ClusterResource.All.Single(resource => resource.Kind == "RoleBinding");
    private static readonly ClusterResource Roles = ClusterResource.All.Single(resource => resource.Kind == "Role");

    /// <param name="objects">The objects.</param>
    /// <param name="user">The user: <c>system:serviceaccount:NAMESPACE:NAME</c>.</param>
    /// <param name="verb">What is wanted.</param>
    /// <param name="target">With what.</param>
    public static bool Allow(ClusterObjects objects, string user, string verb, ClusterTarget target)
    {
        if (target.Namespace is not { } space)
        {
            return false;
        }

        return objects.List(new ClusterTarget(Bindings, space, null))
            .Where(binding => Members(binding["subjects"]).Any(subject => UserOf(subject, space) == user))
            .Select(binding => binding["roleRef"]!)
            .Where(role => Text(role["kind"]) == "Role")
            .Select(role => objects.Find(new ClusterTarget(Roles, space, Text(role["name"]))))
            .OfType<JsonObject>()
            .SelectMany(role => Members(role["rules"]))
            .Any(rule => Names(rule["apiGroups"], target.Resource.Group) && Names(rule["resources"], target.Resource.Plural)
                && Names(rule["verbs"], verb)
                && (rule["resourceNames"] is null || (target.Name is { } name && Names(rule["resourceNames"], name))));
    }

    private static string? UserOf(JsonNode subject, string space) =>
        Text(subject["kind"]) == "ServiceAccount" ? $"system:serviceaccount:{Text(subject["namespace"]) ?? space}:{Text(subject["name"])}" : null;

    private static IEnumerable<JsonNode> Members(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonNode>();

    private static bool Names(JsonNode? list, string wanted) => Members(list).Any(one => Text(one) is { } text && (text == "*" || text == wanted));

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}

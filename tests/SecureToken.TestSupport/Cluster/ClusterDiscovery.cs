using System.Text.Json.Nodes;

namespace SecureToken.TestSupport.Cluster;

/// <summary>What a client asks before anything else: which version, which groups, which kinds.</summary>
internal static class ClusterDiscovery
{
    private static readonly string[] Verbs = ["create", "delete", "get", "list", "patch"];

    /// <summary>The answer to a path; null when it is no question of this sort.</summary>
    public static JsonObject? Answer(string path) => path switch
    {
        "/version" => new JsonObject { ["major"] = "1", ["minor"] = "32", ["gitVersion"] = "v1.32.4", ["platform"] = "linux/amd64" },
        "/api" => new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
        "/apis" => new JsonObject { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = Groups() },
        "/openapi/v3" => new JsonObject { ["paths"] = Documents() },
        _ when path.StartsWith("/openapi/v3/", StringComparison.Ordinal) => Document(path["/openapi/v3/".Length..]),
        _ => Resources(path.TrimStart('/')),
    };

    private static IEnumerable<IGrouping<string, ClusterResource>> ByRoot => ClusterResource.All.GroupBy(resource => resource.Root);

    private static JsonArray Groups()
    {
        var groups = new JsonArray();
        foreach (ClusterResource one in ClusterResource.All.Where(resource => resource.Group.Length > 0).DistinctBy(resource => resource.Group))
        {
            var version = new JsonObject { ["groupVersion"] = one.GroupVersion, ["version"] = one.Version };
            groups.Add(new JsonObject { ["name"] = one.Group, ["versions"] = new JsonArray(version), ["preferredVersion"] = version.DeepClone() });
        }

        return groups;
    }

    private static JsonObject? Resources(string root)
    {
        ClusterResource[] own = [.. ClusterResource.All.Where(resource => resource.Root == root)];
        if (own.Length == 0)
        {
            return null;
        }

        var list = new JsonArray();
        foreach (ClusterResource resource in own)
        {
            list.Add(new JsonObject
            {
                ["name"] = resource.Plural,
                ["singularName"] = resource.Kind.ToLowerInvariant(),
                ["namespaced"] = resource.IsNamespaced,
                ["kind"] = resource.Kind,
                ["verbs"] = new JsonArray([.. Verbs.Select(verb => (JsonNode)verb)]),
            });
        }

        return new JsonObject { ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = own[0].GroupVersion, ["resources"] = list };
    }

    private static JsonObject Documents()
    {
        var paths = new JsonObject();
        foreach (IGrouping<string, ClusterResource> group in ByRoot)
        {
            paths[group.Key] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{group.Key}" };
        }

        return paths;
    }

    /// <summary>Only that a change may name <c>fieldValidation</c>: with that, kubectl leaves the validation to the server.</summary>
    private static JsonObject? Document(string root)
    {
        var paths = new JsonObject();
        foreach (ClusterResource resource in ClusterResource.All.Where(resource => resource.Root == root))
        {
            paths[$"/{root}/{(resource.IsNamespaced ? "namespaces/{namespace}/" : string.Empty)}{resource.Plural}/{{name}}"] = new JsonObject
            {
                ["patch"] = new JsonObject
                {
                    ["parameters"] = new JsonArray(new JsonObject { ["name"] = "fieldValidation", ["in"] = "query" }),
                    ["responses"] = new JsonObject(),
                    ["x-kubernetes-group-version-kind"] =
                        new JsonObject { ["group"] = resource.Group, ["version"] = resource.Version, ["kind"] = resource.Kind },
                },
            };
        }

        return paths.Count == 0 ? null
            : new JsonObject { ["openapi"] = "3.0.0", ["info"] = new JsonObject { ["title"] = "stand-in", ["version"] = "1" }, ["paths"] = paths };
    }
}

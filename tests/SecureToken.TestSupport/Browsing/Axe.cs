using System.Text.Json;

namespace SecureToken.TestSupport.Browsing;

/// <summary>
/// axe-core, which finds what keeps people from reading a page. The variable SECTOKEN_TEST_AXE names its file; without it, npm installs it
/// below artifacts, once.
/// </summary>
public static class Axe
{
    private const string Version = "4.14.1";

    private static readonly SemaphoreSlim Once = new(1);

    /// <summary>Everything that axe calls a violation in the page as it looks now, a line for each.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(BrowserPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(await FindAsync()) + "\n;0");
        JsonElement result = await page.EvaluateAsync("axe.run(document, { resultTypes: ['violations'] })");
        return
        [
            .. result.GetProperty("violations").EnumerateArray().SelectMany(violation => violation.GetProperty("nodes").EnumerateArray().Select(node =>
                $"{violation.GetProperty("id").GetString()}: {node.GetProperty("html").GetString()}: {node.GetProperty("failureSummary").GetString()}")),
        ];
    }

    private static async Task<string> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("SECTOKEN_TEST_AXE") is { Length: > 0 } given)
        {
            return given;
        }

        string folder = Path.Combine(Repository.Root, "artifacts", "axe");
        string file = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        await Once.WaitAsync();
        try
        {
            if (!File.Exists(file))
            {
                Directory.CreateDirectory(folder);
                var command = new Command(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
                (await command.RunAsync(folder, "npm", "install", "--no-audit", "--no-fund", "--prefix", folder, "axe-core@" + Version)).Exits(0);
            }
        }
        finally
        {
            Once.Release();
        }

        return file;
    }
}

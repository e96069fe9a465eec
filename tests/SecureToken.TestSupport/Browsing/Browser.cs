using System.Collections.Concurrent;
using System.Diagnostics;

namespace SecureToken.TestSupport.Browsing;

/// <summary>
/// A real Chromium without a window, with a profile of its own. It is gone, with its whole process tree and profile, when this is
/// disposed and also when the test process dies. The variable SECTOKEN_TEST_BROWSER names another program than <c>chromium</c>.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    // bash gives the browser a process group of its own, and then waits for the end of its standard input: the one thing that
    // happens however we end. Chromium's own children stay in the group.
    private const string Guard = """
        set -m
        "$@" </dev/null &
        browser=$!
        read -r _
        kill -KILL -- -"$browser"
        wait "$browser"
        for _ in {1..100}; do kill -0 -- -"$browser" 2>/dev/null || break; sleep 0.02; done
        rm -rf -- "$HOME"
        """;

    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-breakpad", "--disable-crash-reporter",
        "--disable-dev-shm-usage", "--password-store=basic", "--no-proxy-server", "--remote-debugging-port=0",

        // Nothing leaves this machine. A name below .example is this machine too, as for somebody who rebinds a name of his own.
        "--host-resolver-rules=MAP *.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ];

    private readonly Process _guard;
    private readonly DevTools _devTools;
    private readonly Task _drained;

    private Browser(Process guard, DevTools devTools, Task drained)
    {
        _guard = guard;
        _devTools = devTools;
        _drained = drained;
    }

    /// <summary>The process ids of the browser and its children, as long as they live.</summary>
    public IReadOnlyList<int> ProcessIds => ProcessTree.Below(_guard.Id);

    public static async Task<Browser> StartAsync()
    {
        string program = Environment.GetEnvironmentVariable("SECTOKEN_TEST_BROWSER") is { Length: > 0 } other ? other : "chromium";
        string home = Directory.CreateTempSubdirectory("sectoken-browser-").FullName;
        Process guard = new Command(home).Start(
            home, "bash", ["-c", Guard, "guard", program, .. Arguments, "--user-data-dir=" + Path.Combine(home, "profile"), "about:blank"]);
        try
        {
            var said = new ConcurrentQueue<string>();
            var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
            Task drained = Task.WhenAll(ReadAsync(guard.StandardError, said, address), ReadAsync(guard.StandardOutput, said, address));
            Task first = await Task.WhenAny(address.Task, drained, Task.Delay(TimeSpan.FromMinutes(1)));
            return first == address.Task
                ? new Browser(guard, await DevTools.ConnectAsync(await address.Task), drained)
                : throw new InvalidOperationException(
                    $"{program} did not start (it is the Debian package chromium):\n{string.Join('\n', said)}");
        }
        catch
        {
            await EndAsync(guard);
            throw;
        }
    }

    /// <summary>A page of its own: no cookie, cache or clipboard permission is shared with another.</summary>
    public async Task<BrowserPage> NewPageAsync(PageLook? look = null) => await BrowserPage.OpenAsync(_devTools, look ?? new PageLook());

    public async ValueTask DisposeAsync()
    {
        await _devTools.DisposeAsync();
        await EndAsync(_guard);
        await _drained;
    }

    private static async Task EndAsync(Process guard)
    {
        guard.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await guard.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            guard.Kill(entireProcessTree: true);
        }
    }

    private static async Task ReadAsync(StreamReader lines, ConcurrentQueue<string> said, TaskCompletionSource<Uri> address)
    {
        const string Announcement = "DevTools listening on ";
        while (await lines.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                address.TrySetResult(new Uri(line[Announcement.Length..]));
            }

            if (said.Count < 100)
            {
                said.Enqueue(line);
            }
        }
    }
}

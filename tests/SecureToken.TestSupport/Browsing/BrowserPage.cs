using System.Text.Json;

namespace SecureToken.TestSupport.Browsing;

/// <summary>
/// One page of the browser, used as a person uses it: elements are named by what is written on them, and found where an assistive
/// technology finds them, so that what is hidden or lies behind an open dialog cannot be reached. Whatever is asked for is waited for.
/// </summary>
public sealed class BrowserPage
{
    private readonly DevTools _devTools;
    private readonly string _session;
    private readonly string _context;
    private readonly PageEvents _events = new();

    private BrowserPage(DevTools devTools, string session, string context)
    {
        _devTools = devTools;
        _session = session;
        _context = context;
    }

    /// <summary>Errors and warnings so far: of scripts, of the network, and violations of the content security policy.</summary>
    public IReadOnlyList<string> Complaints => _events.Complaints;

    /// <summary>Every address that was requested so far, with its method.</summary>
    public IReadOnlyList<string> Requests => _events.Requests;

    internal static async Task<BrowserPage> OpenAsync(DevTools devTools, PageLook look)
    {
        string context = (await devTools.CallAsync("Target.createBrowserContext")).GetProperty("browserContextId").GetString()!;
        string target = (await devTools.CallAsync("Target.createTarget", new { url = "about:blank", browserContextId = context })).GetProperty("targetId").GetString()!;
        string session = (await devTools.CallAsync("Target.attachToTarget", new { targetId = target, flatten = true })).GetProperty("sessionId").GetString()!;
        var page = new BrowserPage(devTools, session, context);
        devTools.Listen(session, page._events.Hear);
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network", "DOM", "Accessibility"])
        {
            await page.CallAsync(domain + ".enable");
        }

        // A page in the background would neither get the focus nor the clipboard.
        await page.CallAsync("Emulation.setFocusEmulationEnabled", new { enabled = true });
        await page.LookAsync(look);
        return page;
    }

    /// <summary>Changes size and colours.</summary>
    public async Task LookAsync(PageLook look)
    {
        await CallAsync(
            "Emulation.setDeviceMetricsOverride", new { width = look.Width, height = look.Height, deviceScaleFactor = 1, mobile = false });
        await CallAsync("Emulation.setScrollbarsHidden", new { hidden = true });
        await CallAsync(
            "Emulation.setEmulatedMedia",
            new { media = look.IsPrint ? "print" : string.Empty, features = new[] { new { name = "prefers-color-scheme", value = look.IsDark ? "dark" : "light" } } });
    }

    /// <summary>Opens an address and waits until the page is loaded.</summary>
    public async Task GoToAsync(string address)
    {
        JsonElement answer = await CallAsync("Page.navigate", new { url = address });
        if (answer.TryGetProperty("errorText", out JsonElement error))
        {
            throw new InvalidOperationException($"{address}: {error.GetString()}");
        }

        await Wait.UntilAsync($"{address} is loaded", async () => (await EvaluateAsync("document.readyState")).GetString() == "complete");
    }

    /// <summary>Clicks, with a real mouse event in the middle of the element.</summary>
    public async Task ClickAsync(string name, string role = "button")
    {
        AccessibleNode node = await FindAsync(role, name);
        await CallAsync("DOM.scrollIntoViewIfNeeded", new { backendNodeId = node.ElementId });
        JsonElement corners = await CornersAsync();

        // A page that still lays itself out would move the button away from under the click.
        for (string before = string.Empty; before != corners.GetRawText(); corners = await CornersAsync())
        {
            before = corners.GetRawText();
            await Task.Delay(50);
        }

        double x = (corners[0].GetDouble() + corners[4].GetDouble()) / 2;
        double y = (corners[1].GetDouble() + corners[5].GetDouble()) / 2;
        foreach (string type in (string[])["mouseMoved", "mousePressed", "mouseReleased"])
        {
            await CallAsync(
                "Input.dispatchMouseEvent",
                new { type, x, y, button = type == "mouseMoved" ? "none" : "left", clickCount = type == "mouseMoved" ? 0 : 1 });
        }

        async Task<JsonElement> CornersAsync() => (await CallAsync("DOM.getContentQuads", new { backendNodeId = node.ElementId })).GetProperty("quads")[0];
    }

    /// <summary>Chooses an option of a list by its text.</summary>
    public async Task SelectAsync(string name, string option)
    {
        AccessibleNode list = await FindAsync("combobox", name);
        const string Choose = """
            function (text) {
              const option = [...this.options].find((each) => each.textContent === text);
              if (!option) return false;
              this.value = option.value;
              this.dispatchEvent(new Event('change', { bubbles: true }));
              return true;
            }
            """;
        await Wait.UntilAsync(
            $"there is an option \"{option}\" in \"{name}\"", async () => (await CallOnAsync(list, Choose, option)).GetBoolean());
    }

    /// <summary>
    /// Presses a key: Tab, Escape, Enter, Space or an arrow such as ArrowDown; with <paramref name="shift"/> held down or not.
    /// </summary>
    public async Task PressAsync(string key, bool shift = false)
    {
        (string name, int code, string? text) = key switch
        {
            "Tab" => ("Tab", 9, null),
            "Escape" => ("Escape", 27, null),
            "Enter" => ("Enter", 13, "\r"),
            "Space" => (" ", 32, " "),
            "ArrowUp" => ("ArrowUp", 38, null),
            "ArrowDown" => ("ArrowDown", 40, (string?)null),
            _ => throw new ArgumentException($"No such key: {key}", nameof(key)),
        };
        await CallAsync(
            "Input.dispatchKeyEvent",
            new { type = "keyDown", key = name, code = key, windowsVirtualKeyCode = code, text, modifiers = shift ? 8 : 0 });
        await CallAsync(
            "Input.dispatchKeyEvent",
            new { type = "keyUp", key = name, code = key, windowsVirtualKeyCode = code, modifiers = shift ? 8 : 0 });
    }

    /// <summary>The one element of a role and a name, once it is there and enabled.</summary>
    public async Task<AccessibleNode> FindAsync(string role, string name)
    {
        IReadOnlyList<AccessibleNode> found = [];
        await Wait.UntilAsync($"there is one {role} \"{name}\"", async () =>
        {
            found = await QueryAsync(role, name);
            return found is [{ IsDisabled: false }];
        });
        return found[0];
    }

    /// <summary>Every element of a role and a name that is there now.</summary>
    public async Task<IReadOnlyList<AccessibleNode>> QueryAsync(string role, string name)
    {
        try
        {
            int document = (await CallAsync("DOM.getDocument", new { depth = 0 })).GetProperty("root").GetProperty("backendNodeId").GetInt32();
            JsonElement answer = await CallAsync(
                "Accessibility.queryAXTree", new { backendNodeId = document, accessibleName = name, role });
            return Visible(answer.GetProperty("nodes").EnumerateArray());
        }
        catch (DevToolsException)
        {
            // The document went away in between, because a new one is being loaded.
            return [];
        }
    }

    /// <summary>Everything an assistive technology is told, in the order of reading.</summary>
    public async Task<IReadOnlyList<AccessibleNode>> ReadAsync()
    {
        JsonElement[] nodes = [.. (await CallAsync("Accessibility.getFullAXTree")).GetProperty("nodes").EnumerateArray()];
        var byId = nodes.ToDictionary(node => node.GetProperty("nodeId").GetString()!, StringComparer.Ordinal);
        return Visible(FromTop(nodes[0]));

        IEnumerable<JsonElement> FromTop(JsonElement node) => node.GetProperty("childIds").EnumerateArray()
            .SelectMany(id => byId.TryGetValue(id.GetString()!, out JsonElement child) ? FromTop(child) : []).Prepend(node);
    }

    /// <summary>The element that has the focus; null when it is the page itself.</summary>
    public async Task<AccessibleNode?> FocusedAsync()
    {
        JsonElement answer = await CallAsync(
            "Runtime.evaluate", new { expression = "document.activeElement === document.body ? null : document.activeElement" });
        if (!answer.GetProperty("result").TryGetProperty("objectId", out JsonElement element))
        {
            return null;
        }

        return AccessibleNode.Of((await CallAsync("Accessibility.getPartialAXTree", new { objectId = element.GetString(), fetchRelatives = false })).GetProperty("nodes")[0]);
    }

    /// <summary>Waits until the first element that a CSS selector finds has a text that is asked for.</summary>
    public async Task<string> WaitForTextAsync(string selector, string part)
    {
        string text = string.Empty;
        await Wait.UntilAsync($"\"{part}\" stands in {selector}", async () =>
        {
            text = await TextAsync(selector);
            return text.Contains(part, StringComparison.Ordinal);
        });
        return text;
    }

    /// <summary>The text, or for a field its value, of the first element that a CSS selector finds.</summary>
    public async Task<string> TextAsync(string selector) =>
        (await EvaluateAsync($"(each => (each?.matches('input, textarea') ? each.value : each?.textContent) ?? '')(document.querySelector({JsonSerializer.Serialize(selector)}))")).GetString()!;

    /// <summary>What a script gives, awaited if it is a promise.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        JsonElement answer = await CallAsync(
            "Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true, userGesture = true });
        return ValueOf(answer);
    }

    /// <summary>What is in the clipboard. The page's own origin is allowed to read it from then on.</summary>
    public async Task<string> ClipboardAsync()
    {
        string origin = (await EvaluateAsync("location.origin")).GetString()!;
        string[] permissions = ["clipboardReadWrite"];
        await _devTools.CallAsync("Browser.grantPermissions", new { origin, browserContextId = _context, permissions });
        return (await EvaluateAsync("navigator.clipboard.readText()")).GetString()!;
    }

    /// <summary>Writes a picture of the whole page as PNG.</summary>
    public async Task PictureAsync(string path)
    {
        JsonElement answer = await CallAsync("Page.captureScreenshot", new { format = "png", captureBeyondViewport = true });
        await File.WriteAllBytesAsync(path, answer.GetProperty("data").GetBytesFromBase64());
    }

    private static AccessibleNode[] Visible(IEnumerable<JsonElement> nodes) =>
        [.. nodes.Where(node => !node.GetProperty("ignored").GetBoolean()).Select(AccessibleNode.Of)];

    private static JsonElement ValueOf(JsonElement answer)
    {
        if (answer.TryGetProperty("exceptionDetails", out JsonElement details))
        {
            throw new InvalidOperationException("The script failed: " + PageEvents.Describe(details));
        }

        return answer.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value : default;
    }

    private async Task<JsonElement> CallOnAsync(AccessibleNode node, string function, string argument)
    {
        JsonElement element = await CallAsync("DOM.resolveNode", new { backendNodeId = node.ElementId });
        string objectId = element.GetProperty("object").GetProperty("objectId").GetString()!;
        return ValueOf(await CallAsync("Runtime.callFunctionOn", new { objectId, functionDeclaration = function, arguments = new[] { new { value = argument } }, returnByValue = true }));
    }

    private Task<JsonElement> CallAsync(string method, object? parameters = null) => _devTools.CallAsync(method, parameters, _session);
}

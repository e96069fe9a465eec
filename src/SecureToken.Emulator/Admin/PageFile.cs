using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace SecureToken.Emulator.Admin;

/// <summary>
/// One embedded file of the page. It has no secret in it, so a browser may keep it, and asks each time whether it still holds.
/// </summary>
internal sealed class PageFile
{
    private readonly string _mediaType;
    private readonly byte[] _content;
    private readonly EntityTagHeaderValue _tag;

    public PageFile(string name, string mediaType)
    {
        _mediaType = mediaType;
        using var resource = typeof(PageFile).Assembly.GetManifestResourceStream(name)!;
        _content = new byte[resource.Length];
        resource.ReadExactly(_content);
        _tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(_content).AsSpan(0, 12))}\"");
    }

    public Task GetAsync(HttpContext context)
    {
        var response = context.Response;
        SecurityHeaders.Apply(response);
        response.Headers.CacheControl = "no-cache";
        response.GetTypedHeaders().ETag = _tag;
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(_tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = _mediaType;
        response.ContentLength = _content.Length;
        return response.Body.WriteAsync(_content, context.RequestAborted).AsTask();
    }
}

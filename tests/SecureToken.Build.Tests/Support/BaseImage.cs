using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using SecureToken.TestSupport;

namespace SecureToken.Build.Tests.Support;

/// <summary>A registry that has one image with one file in it: enough for the SDK to put a layer on.</summary>
internal sealed class BaseImage : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";
    private readonly FaultServer _server;
    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly byte[] _manifest;

    public BaseImage()
    {
        byte[] layer = Tar("etc/base", "base");
        byte[] packed = Gzip(layer);
        byte[] config = Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{Digest(layer)}}}"]}}""");
        _blobs[Digest(packed)] = packed;
        _blobs[Digest(config)] = config;
        _manifest = Encoding.UTF8.GetBytes($$$"""
            {"schemaVersion":2,"mediaType":"{{{ManifestType}}}",
             "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{{config.Length}}},"digest":"{{{Digest(config)}}}"},
             "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":{{{packed.Length}}},"digest":"{{{Digest(packed)}}}"}]}
            """);
        _server = FaultServer.Behaving(AnswerAsync);
    }

    /// <summary>Host and port.</summary>
    public string Registry => new Uri(_server.BaseUrl).Authority;

    public string Name => Registry + "/base:latest";

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Every file of every layer of an archive, and the parts of the archive themselves.</summary>
    public static IEnumerable<(string Name, byte[] Content)> Unpack(string name, byte[] content)
    {
        yield return (name, content);
        if (content is [0x1f, 0x8b, ..])
        {
            using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            foreach ((string Name, byte[] Content) inner in Unpack(name + " unzipped", plain.ToArray()))
            {
                yield return inner;
            }
        }
        else if (content.Length > 262 && content.AsSpan(257, 5).SequenceEqual("ustar"u8))
        {
            using var tar = new TarReader(new MemoryStream(content));
            while (tar.GetNextEntry() is { } entry)
            {
                using var file = new MemoryStream();
                entry.DataStream?.CopyTo(file);
                foreach ((string Name, byte[] Content) inner in Unpack($"{name}!{entry.Name}", file.ToArray()))
                {
                    yield return inner;
                }
            }
        }
    }

    private async Task AnswerAsync(string request, Stream stream, CancellationToken stop)
    {
        string path = request.Split(' ')[1];
        bool isManifest = path.Contains("/manifests/", StringComparison.Ordinal);
        byte[] body = isManifest ? _manifest : _blobs.GetValueOrDefault(path[(path.LastIndexOf('/') + 1)..]) ?? "{}"u8.ToArray();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: {(isManifest ? ManifestType : "application/octet-stream")}\r\nDocker-Content-Digest: {Digest(body)}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"),
            stop);
        await stream.WriteAsync(body, stop);
    }

    private static byte[] Tar(string name, string text)
    {
        using var all = new MemoryStream();
        using (var tar = new TarWriter(all, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(text)) });
        }

        return all.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var all = new MemoryStream();
        using (var gzip = new GZipStream(all, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return all.ToArray();
    }

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
}

using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace SecureToken.Build.Tests.Support;

/// <summary>A registry that has one image with one file in it: enough for the SDK to put a layer on.</summary>
internal sealed class BaseImage : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
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
        _listener.Start();
        _loop = ListenAsync();
    }

    /// <summary>Host and port.</summary>
    public string Registry => _listener.LocalEndpoint.ToString()!;

    public string Name => Registry + "/base:latest";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _loop;
        _stop.Dispose();
    }

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

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                try
                {
                    await AnswerAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // The SDK gave up this connection, and asks again.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    /// <summary>The SDK speaks TLS first; it goes on without when the connection ends.</summary>
    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        byte[] first = new byte[1];
        if (await stream.ReadAsync(first, _stop.Token) == 0 || first[0] is not ((byte)'G' or (byte)'H') || await reader.ReadLineAsync(_stop.Token) is not { } line)
        {
            return;
        }

        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
        {
            // The headers say nothing that matters.
        }

        string path = line.Split(' ')[1];
        bool isManifest = path.Contains("/manifests/", StringComparison.Ordinal);
        byte[] body = isManifest ? _manifest : _blobs.GetValueOrDefault(path[(path.LastIndexOf('/') + 1)..]) ?? "{}"u8.ToArray();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: {(isManifest ? ManifestType : "application/octet-stream")}\r\n"
                + $"Docker-Content-Digest: {Digest(body)}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"),
            _stop.Token);
        if (line.StartsWith("ET", StringComparison.Ordinal))
        {
            await stream.WriteAsync(body, _stop.Token);
        }
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

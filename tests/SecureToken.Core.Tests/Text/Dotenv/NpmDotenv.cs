using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Text.Dotenv;

/// <summary>The npm package dotenv, installed once for all tests of a class.</summary>
public sealed class NpmDotenv : IAsyncLifetime, IDisposable
{
    private const string Package = "dotenv@18.0.10";

    // The package has a second parser, which a caller or DOTENV_CONFIG_FAST turns on.
    private const string Script = """
        const { parse } = require('dotenv');
        const { documents, options } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
        process.stdout.write(JSON.stringify(documents.map(document => parse(document, options))));
        """;

    private readonly TemporaryDirectory _directory = new("npm");

    public async ValueTask InitializeAsync()
    {
        await DotenvReaders.Run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", _directory.Path, Package], string.Empty);
        _directory.Write("parse.js", Script);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _directory.Dispose();

    internal Task<DotenvReading[]> Read(IEnumerable<byte[]> documents, bool isFast) =>
        DotenvReaders.ReadJson([_directory["parse.js"]], new { documents = documents.Select(System.Text.Encoding.UTF8.GetString), options = new { fast = isFast } });
}

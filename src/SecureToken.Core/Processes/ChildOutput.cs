using SecureToken.Core.Interop;

namespace SecureToken.Core.Processes;

/// <summary>
/// Where a child's output goes. What cannot be written is noted, and the child goes on: it is not ended for a full disk, and what it writes
/// when there is space again arrives. A reader that has gone is told to the child, as it would be without us.
/// </summary>
/// <param name="name">What it is, for a message.</param>
/// <param name="output">Where it goes.</param>
public sealed class ChildOutput(string name, Stream output) : WriteOnlyStream
{
    private volatile string? _loss;
    private volatile bool _hasLostReader;

    /// <summary>What it is, for a message.</summary>
    public string Name => name;

    /// <summary>Why some of the output is lost, in the system's words; null when all was written.</summary>
    public string? Loss => _loss;

    /// <summary>Whether it was lost because nobody reads any more.</summary>
    public bool HasLostReader => _hasLostReader;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            output.Write(buffer);
            output.Flush();
        }
        catch (IOException exception)
        {
            _loss ??= ReasonOf(exception);
            if (OperatingSystem.IsWindows() || !DescriptorStream.MeansReaderHasGone(exception))
            {
                return;
            }

            _hasLostReader = true;
            throw;
        }
    }

    /// <summary>The system's words, for a message.</summary>
    public static string ReasonOf(IOException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Message.Split('\n')[0].TrimEnd('.', '\r');
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            output.Dispose();
        }

        base.Dispose(disposing);
    }
}

namespace SecureToken.Emulator;

/// <summary>In which way a request goes wrong.</summary>
public enum EmulatorFaultKind
{
    /// <summary>It is answered with a status of failure or a redirection.</summary>
    Status,

    /// <summary>The connection is closed in good order before the first byte of an answer.</summary>
    Close,

    /// <summary>The connection is torn down (TCP RST) before the first byte of an answer.</summary>
    Rst,

    /// <summary>Nothing is answered; the connection stays open until the client gives up.</summary>
    Timeout,

    /// <summary>The answer breaks off after a number of bytes, then the connection is closed.</summary>
    Cut,
}

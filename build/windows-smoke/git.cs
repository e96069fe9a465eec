#:property PublishAot=false
#:property AssemblyName=git
#:property InvariantGlobalization=true

// A stand-in for git.exe under wine: it hands a call to the real git of the machine, and prints what that prints. With "--serve FILE" it is
// the other side, which runs natively, writes its port into FILE and ends with its standard input. With "--hold SHARE FILE READY" it has a
// file open until then.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

return args switch
{
    ["--serve", var file] => Service.Run(file),
    ["--hold", var share, var file, var ready] => Holder.Run(Enum.Parse<FileShare>(share, ignoreCase: true), file, ready),
    _ => Client.Run(args),
};

internal static class Holder
{
    public static int Run(FileShare share, string file, string ready)
    {
        using FileStream held = new(file, FileMode.Open, FileAccess.Read, share);
        File.WriteAllText(ready, "held");
        Console.OpenStandardInput().CopyTo(Stream.Null);
        return 0;
    }
}

internal static class Client
{
    public static int Run(string[] arguments)
    {
        int port = int.Parse(Environment.GetEnvironmentVariable("GIT_STAND_IN_PORT")!);
        using var client = new TcpClient("127.0.0.1", port);
        using NetworkStream stream = client.GetStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Environment.CurrentDirectory);
        writer.Write(arguments.Length);
        foreach (string argument in arguments)
        {
            writer.Write(argument);
        }

        using var input = new MemoryStream();
        Console.OpenStandardInput().CopyTo(input);
        writer.Write((int)input.Length);
        writer.Write(input.ToArray());
        writer.Flush();
        int exit = reader.ReadInt32();
        Console.OpenStandardOutput().Write(reader.ReadBytes(reader.ReadInt32()));
        Console.OpenStandardError().Write(reader.ReadBytes(reader.ReadInt32()));
        return exit;
    }
}

internal static class Service
{
    public static int Run(string portFile)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        File.WriteAllText(portFile + ".new", ((IPEndPoint)listener.LocalEndpoint).Port.ToString());
        File.Move(portFile + ".new", portFile);
        _ = Task.Run(async () =>
        {
            for (; ; )
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                _ = Task.Run(() => Answer(client));
            }
        });
        while (Console.In.ReadLine() is not null)
        {
        }

        return 0;
    }

    private static void Answer(TcpClient client)
    {
        using (client)
        {
            using NetworkStream stream = client.GetStream();
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            var start = new ProcessStartInfo("git")
            {
                WorkingDirectory = Native(reader.ReadString()),
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            for (int left = reader.ReadInt32(); left > 0; left--)
            {
                start.ArgumentList.Add(Native(reader.ReadString()));
            }

            byte[] input = reader.ReadBytes(reader.ReadInt32());
            using Process git = Process.Start(start)!;
            git.StandardInput.BaseStream.Write(input);
            git.StandardInput.Close();
            using var output = new MemoryStream();
            using var error = new MemoryStream();
            Task.WaitAll(git.StandardOutput.BaseStream.CopyToAsync(output), git.StandardError.BaseStream.CopyToAsync(error));
            git.WaitForExit();
            writer.Write(git.ExitCode);
            foreach (MemoryStream said in (MemoryStream[])[output, error])
            {
                writer.Write((int)said.Length);
                writer.Write(said.ToArray());
            }
        }
    }

    // Drive Z: is the machine's root.
    private static string Native(string text) =>
        text.StartsWith(@"Z:\", StringComparison.OrdinalIgnoreCase) ? text[2..].Replace('\\', '/') : text;
}

using SecureToken.Core.Destinations.Files;

namespace SecureToken.Core.Destinations.Building;

/// <summary>Destinations, each at a place of its own. They are found by their places: ten thousand are not compared in pairs.</summary>
internal sealed class PlaceSet
{
    private readonly Dictionary<string, List<Destination>> _byPlace = new(StringComparer.Ordinal);

    /// <summary>Adds a destination, unless one of the others is the same place.</summary>
    public bool TryAdd(Destination destination)
    {
        string[] keys = destination is FileDestination file && file.Identity != file.Location
            ? [file.Identity, file.Location] : [destination.Location];
        if (Array.Exists(
            keys, key => _byPlace.TryGetValue(key, out List<Destination>? there)
                && there.Exists(other => DestinationBuilder.IsSamePlace(other, destination))))
        {
            return false;
        }

        foreach (string key in keys)
        {
            if (!_byPlace.TryGetValue(key, out List<Destination>? there))
            {
                _byPlace.Add(key, there = []);
            }

            there.Add(destination);
        }

        return true;
    }
}

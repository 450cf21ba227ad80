using System.Text.Json.Serialization;
using Xenios.Server.Audit;
using Xenios.Server.Storage;

namespace Xenios.Server.SignIn;

/// <summary>A journey as it is stored.</summary>
/// <param name="Journey">The journey.</param>
/// <param name="Version">For the next conditional write.</param>
internal sealed record StoredJourney(Journey Journey, long Version);

/// <summary>Stores journeys and trips, and with each change of one its timeline, in the same transaction. A journey that only began has none yet.</summary>
internal sealed class JourneyStore(Database database, EphemeralStore store)
{
    /// <summary>How long a journey may take.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>Key space of journeys.</summary>
    public static readonly EphemeralKind<Journey> Journeys = new("journey", JourneyJson.Default.Journey);

    /// <summary>Key space of visits to upstreams.</summary>
    public static readonly EphemeralKind<UpstreamTrip> Trips = new("upstream_trip", JourneyJson.Default.UpstreamTrip);

    // A finished or expired journey is remembered for a day, so that "start again" still knows the way.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    private static readonly TimeSpan TripLifetime = TimeSpan.FromMinutes(15);

    /// <summary>Reads a journey in whatever state it is.</summary>
    public Task<Found<Journey>> FindAsync(string environment, string id, CancellationToken ct) => store.GetAsync(Journeys, environment, id, ct);

    /// <summary>Stores a new journey.</summary>
    public async Task<StoredJourney> PutAsync(string environment, Journey journey, CancellationToken ct)
    {
        await store.PutAsync(Journeys, environment, journey.Id, journey, Lifetime, Kept, ct);
        return new(journey, 1);
    }

    /// <summary>Stores a changed journey; null when it changed or ended meanwhile.</summary>
    public async Task<StoredJourney?> ReplaceAsync(string environment, Journey journey, long version, CancellationToken ct)
    {
        var replaced = await database.WriteAsync(
            async scope =>
            {
                if (!await store.ReplaceAsync(Journeys, environment, journey.Id, journey, version, scope))
                {
                    return false;
                }

                await WriteTimelineAsync(environment, JourneyHops.Record(journey), scope);
                return true;
            },
            ct);
        return replaced ? new(journey, version + 1) : null;
    }

    /// <summary>Uses a journey up whatever it waits for; its timeline ends with the journey as it is given.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="journey">The journey, its last hop saying why.</param>
    /// <param name="error">Code it ends with.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task TakeAsync(string environment, Journey journey, string error, CancellationToken ct) => database.WriteAsync(
        async scope =>
        {
            await store.TakeAsync(Journeys, environment, journey.Id, scope);
            await WriteTimelineAsync(environment, JourneyHops.Refused(journey, error), scope);
            return true;
        },
        ct);

    /// <summary>Stores a visit that begins.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="key">What the upstream sends back.</param>
    /// <param name="trip">The visit.</param>
    /// <param name="stored">The journey it belongs to, with the visit's hops. Where another tab changed it meanwhile, it stays as that left it.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task PutTripAsync(string environment, string key, UpstreamTrip trip, StoredJourney stored, CancellationToken ct) => database.WriteAsync(
        async scope =>
        {
            await store.PutAsync(Trips, environment, key, trip, TripLifetime, TimeSpan.FromHours(1), scope);
            if (await store.ReplaceAsync(Journeys, environment, stored.Journey.Id, stored.Journey, stored.Version, scope))
            {
                await WriteTimelineAsync(environment, JourneyHops.Record(stored.Journey with { Connection = trip.Connection }), scope);
            }

            return true;
        },
        ct);

    /// <summary>Takes a visit, once.</summary>
    public Task<Found<UpstreamTrip>> TakeTripAsync(string environment, string key, CancellationToken ct) => store.TakeAsync(Trips, environment, key, ct);

    // A journey of a former version of this program has no hops.
    private static Task WriteTimelineAsync(string environment, SignInRecord record, WriteScope scope) =>
        record.Hops.Count == 0 ? Task.CompletedTask : SignInTimeline.WriteAsync(environment, record, scope);
}

/// <summary>How journeys and trips are written.</summary>
[JsonSerializable(typeof(Journey))]
[JsonSerializable(typeof(UpstreamTrip))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, IgnoreReadOnlyProperties = true)]
internal sealed partial class JourneyJson : JsonSerializerContext;

package modicum.ledger.web3j;

import static modicum.ledger.web3j.Abi.address;
import static modicum.ledger.web3j.Abi.architecture;
import static modicum.ledger.web3j.Abi.bytes32;
import static modicum.ledger.web3j.Abi.choice;
import static modicum.ledger.web3j.Abi.number;
import static modicum.ledger.web3j.Abi.prices;
import static modicum.ledger.web3j.Abi.usage;
import static modicum.ledger.web3j.Abi.wei;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import modicum.contracts.Modicum;
import modicum.ledger.RecordedEvent;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Event;
import org.web3j.protocol.core.methods.response.Log;

/** Reads the contract's logs as events. */
final class EventDecoder {
  static final String MATCHED = EventEncoder.encode(Modicum.MATCHED_EVENT);
  static final String RESULT_POSTED = EventEncoder.encode(Modicum.RESULTPOSTED_EVENT);

  private static final String CALL_REFUSED = EventEncoder.encode(Modicum.CALLREFUSED_EVENT);

  private static final Map<String, Function<Log, MarketEvent>> READERS = readers();

  private EventDecoder() {}

  /** Whether a log only tells the sender of a batch that nothing came of one of its calls. */
  static boolean isRefusalOfACall(Log log) {
    return log.getTopics().getFirst().equals(CALL_REFUSED);
  }

  /**
   * @throws RuntimeException of any kind when the log is none of the contract's
   */
  static RecordedEvent decode(Log log) {
    Function<Log, MarketEvent> reader = READERS.get(log.getTopics().getFirst());
    if (reader == null) {
      throw new IllegalArgumentException("not an event of the market: " + log.getTopics());
    }
    return new RecordedEvent(
        log.getBlockNumber().longValueExact(),
        log.getLogIndex().longValueExact(),
        Bytes32.fromHex(log.getTransactionHash()),
        reader.apply(log));
  }

  private static Map<String, Function<Log, MarketEvent>> readers() {
    Map<String, Function<Log, MarketEvent>> readers = new HashMap<>();
    addMoney(readers);
    addRegistrations(readers);
    addOffers(readers);
    addNonceFloors(readers);
    addMatches(readers);
    return Map.copyOf(readers);
  }

  private static void add(
      Map<String, Function<Log, MarketEvent>> readers,
      Event event,
      Function<Log, MarketEvent> reader) {
    readers.put(EventEncoder.encode(event), reader);
  }

  private static void addMoney(Map<String, Function<Log, MarketEvent>> readers) {
    add(
        readers,
        Modicum.DEPOSITED_EVENT,
        log -> {
          var e = Modicum.getDepositedEventFromLog(log);
          return new MarketEvent.Deposited(address(e.account), wei(e.amount));
        });
    add(
        readers,
        Modicum.WITHDRAWN_EVENT,
        log -> {
          var e = Modicum.getWithdrawnEventFromLog(log);
          return new MarketEvent.Withdrawn(address(e.account), wei(e.amount));
        });
  }

  private static void addRegistrations(Map<String, Function<Log, MarketEvent>> readers) {
    add(
        readers,
        Modicum.JOBCREATORREGISTERED_EVENT,
        log -> {
          var e = Modicum.getJobCreatorRegisteredEventFromLog(log);
          return new MarketEvent.JobCreatorRegistered(address(e.jobCreator));
        });
    add(
        readers,
        Modicum.RESOURCEPROVIDERREGISTERED_EVENT,
        log -> {
          var e = Modicum.getResourceProviderRegisteredEventFromLog(log);
          return new MarketEvent.ResourceProviderRegistered(
              address(e.resourceProvider),
              new ResourceProvider(architecture(e.architecture), number(e.timePerInstruction)));
        });
    add(
        readers,
        Modicum.MEDIATORREGISTERED_EVENT,
        log -> {
          var e = Modicum.getMediatorRegisteredEventFromLog(log);
          return new MarketEvent.MediatorRegistered(
              address(e.mediator),
              new Mediator(
                  architecture(e.architecture),
                  prices(e.instructionPrice, e.bandwidthPrice),
                  wei(e.availabilityValue)));
        });
    add(
        readers,
        Modicum.DIRECTORYREGISTERED_EVENT,
        log -> {
          var e = Modicum.getDirectoryRegisteredEventFromLog(log);
          return new MarketEvent.DirectoryRegistered(
              address(e.directory), new Directory(wei(e.availabilityValue), e.endpoint));
        });
    add(
        readers,
        Modicum.TRUSTCHANGED_EVENT,
        log -> {
          var e = Modicum.getTrustChangedEventFromLog(log);
          return new MarketEvent.TrustChanged(
              address(e.account), choice(Trust.values(), e.kind), bytes32(e.subject), e.trusted);
        });
  }

  private static void addOffers(Map<String, Function<Log, MarketEvent>> readers) {
    add(
        readers,
        Modicum.JOBOFFERPOSTED_EVENT,
        log -> {
          var e = Modicum.getJobOfferPostedEventFromLog(log);
          return new MarketEvent.JobOfferPosted(offerHash(e.offerHash), Abi.jobOffer(e.offer));
        });
    add(
        readers,
        Modicum.JOBOFFERCANCELLED_EVENT,
        log -> {
          var e = Modicum.getJobOfferCancelledEventFromLog(log);
          return new MarketEvent.JobOfferCancelled(offerHash(e.offerHash), address(e.jobCreator));
        });
    add(
        readers,
        Modicum.RESOURCEOFFERPOSTED_EVENT,
        log -> {
          var e = Modicum.getResourceOfferPostedEventFromLog(log);
          return new MarketEvent.ResourceOfferPosted(
              offerHash(e.offerHash), Abi.resourceOffer(e.offer));
        });
    add(
        readers,
        Modicum.RESOURCEOFFERCANCELLED_EVENT,
        log -> {
          var e = Modicum.getResourceOfferCancelledEventFromLog(log);
          return new MarketEvent.ResourceOfferCancelled(
              offerHash(e.offerHash), address(e.resourceProvider));
        });
  }

  private static void addNonceFloors(Map<String, Function<Log, MarketEvent>> readers) {
    add(
        readers,
        Modicum.NONCEFLOORRAISED_EVENT,
        log -> {
          var e = Modicum.getNonceFloorRaisedEventFromLog(log);
          return new MarketEvent.NonceFloorRaised(address(e.account), number(e.nonceFloor));
        });
  }

  private static void addMatches(Map<String, Function<Log, MarketEvent>> readers) {
    add(
        readers,
        Modicum.MATCHED_EVENT,
        log -> {
          var e = Modicum.getMatchedEventFromLog(log);
          JobOffer job = Abi.jobOffer(e.jobOffer);
          return new MarketEvent.Matched(
              matchId(e.matchId),
              job,
              offerHash(e.quote.resourceOfferHash),
              wei(e.quote.matchIncentive),
              Abi.terms(job, e.resourceProvider, e.quote),
              address(e.solver));
        });
    add(
        readers,
        Modicum.RESULTPOSTED_EVENT,
        log -> {
          var e = Modicum.getResultPostedEventFromLog(log);
          return new MarketEvent.ResultPosted(
              matchId(e.matchId),
              address(e.resourceProvider),
              Abi.result(e.result),
              number(e.reactionDeadline));
        });
    add(
        readers,
        Modicum.RESULTREJECTED_EVENT,
        log -> {
          var e = Modicum.getResultRejectedEventFromLog(log);
          return new MarketEvent.ResultRejected(
              matchId(e.matchId),
              address(e.mediator),
              choice(RejectReason.values(), e.reason),
              number(e.mediationDeadline));
        });
    add(
        readers,
        Modicum.VERDICTPOSTED_EVENT,
        log -> {
          var e = Modicum.getVerdictPostedEventFromLog(log);
          return new MarketEvent.VerdictPosted(
              matchId(e.matchId),
              address(e.mediator),
              choice(Verdict.values(), e.verdict),
              choice(FaultyParty.values(), e.faultyParty),
              usage(e.instructions, e.bandwidth),
              bytes32(e.evidence));
        });
    add(
        readers,
        Modicum.MATCHCLOSED_EVENT,
        log -> {
          var e = Modicum.getMatchClosedEventFromLog(log);
          return new MarketEvent.MatchClosed(
              matchId(e.matchId),
              choice(ClosingReason.values(), e.reason),
              Abi.settlement(e.settlement));
        });
  }

  private static MatchId matchId(byte[] bytes) {
    return new MatchId(bytes32(bytes));
  }

  private static OfferHash offerHash(byte[] bytes) {
    return new OfferHash(bytes32(bytes));
  }
}

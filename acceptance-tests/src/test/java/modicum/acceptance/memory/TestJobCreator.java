package modicum.acceptance.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import modicum.executor.Executor;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.JobCreatorAction;
import modicum.jobcreator.MarketAccess;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.packaging.PackagingProgress;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.jobcreator.verification.Verifier;
import modicum.ledger.Submission;
import modicum.protocol.market.Command;
import modicum.protocol.match.MatchId;
import modicum.protocol.result.ResultStatus;

/** The job creator, and the person who gives the command again when it died before it took it. */
final class TestJobCreator extends Party {
  private final List<JobRequest> posted = new ArrayList<>();

  TestJobCreator(InMemoryMarket market, String name) {
    super(market, name);
  }

  @Override
  Life start(int life) {
    // Each life draws other nonces, so that two offers for one job would be told apart.
    JobCreator.Options options =
        JobCreator.Options.DEFAULT
            .with(market().channel())
            .drawingFrom(new Random(life))
            .measuringBy(OptionalLong.of(InMemoryMarket.TIME_PER_INSTRUCTION));
    JobCreator jobCreator = new JobCreator(access(), state(), options);
    jobCreator.records().all().forEach(jobCreator::follow);
    return new Life() {
      @Override
      public List<?> step() throws InterruptedException {
        List<JobRequest> untaken = posted.subList(jobCreator.records().all().size(), posted.size());
        for (JobRequest job : List.copyOf(untaken)) {
          jobCreator.submit(job, PackagingProgress.NONE);
        }
        List<JobCreatorAction> done = jobCreator.step();
        return untaken.isEmpty() ? done : untaken;
      }

      @Override
      public void end() {
        // A process's end releases its locks.
        jobCreator.close();
      }
    };
  }

  @Override
  List<String> workFolders() {
    return List.of("work");
  }

  private MarketAccess access() {
    Executor executor = trappedExecutor(Verifier.owner(account()));
    return new MarketAccess(
        trappedLedger(),
        List.of(market().directory()),
        directory -> trappedDirectory(),
        List.of(market().mia().account()),
        List.of(new TrappedOrderBook(market().sam().orderBook(), trap())),
        () -> executor,
        () -> new TrappedCatalog(market().catalog(), trap()));
  }

  // ------------------------------------------------------------- for stories

  /** Posts a job, with her next step. */
  void posts(TestJob job) {
    posted.add(job.request(folder(), posted.size()));
  }

  void cancels() {
    for (JobRecord job : records()) {
      Submission submission = ledger().submit(new Command.CancelJobOffer(account(), job.offer()));
      assertThat(submission).isInstanceOf(Submission.Accepted.class);
    }
  }

  /** Her checker dislikes every output. */
  void hasACheckerThatRefusesEverything() {
    engine().otherwise(run -> ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1));
  }

  /** Over all of her closed matches she got back this many wei less than her stakes. */
  void pays(long wei) {
    assertThat(-market().gainOf(this)).as("what %s pays", name()).isEqualTo(wei);
  }

  void losesHerStake() {
    assertThat(market().gainOf(this)).isEqualTo(-InMemoryMarket.STAKE);
  }

  /** The output of her job of this number. */
  void has(int job, String file, String content) {
    assertThat(TestJob.outputOf(folder(), job).resolve(file)).hasContent(content);
  }

  void hasNoOutput() {
    for (int job = 0; job < posted.size(); job++) {
      assertThat(TestJob.outputOf(folder(), job)).doesNotExist();
    }
  }

  /** How her jobs ended for her, oldest first. */
  List<JobEnd> ends() {
    JobRecords records = new JobRecords(state());
    return records().stream().flatMap(job -> records.end(job.id()).stream()).toList();
  }

  List<JobRecord> records() {
    return new JobRecords(state()).all();
  }

  MatchId onlyJob() {
    assertThat(records()).hasSize(1);
    return records().getFirst().id();
  }
}

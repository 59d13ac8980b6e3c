import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Objects;
import org.camunda.bpm.client.ExternalTaskClient;
import org.camunda.bpm.client.interceptor.auth.BasicAuthProvider;
import org.camunda.bpm.client.task.ExternalTask;
import org.camunda.bpm.client.task.ExternalTaskHandler;
import org.camunda.bpm.client.task.ExternalTaskService;
import org.camunda.bpm.client.variable.ClientValues;
import org.camunda.bpm.engine.variable.Variables;

/** A worker as its author would write it for Camunda 7, on the unmodified client. It authenticates with HTTP Basic. */
public class Worker {
  private static final long TEN_YEARS = 315_360_000_000L;

  public static void main(String[] arguments) {
    ExternalTaskClient client =
        ExternalTaskClient.create()
            .baseUrl(System.getenv("CASEWRIGHT_URL") + "/engine-rest")
            .workerId("java")
            .maxTasks(1)
            .usePriority(true)
            .lockDuration(20_000)
            .asyncResponseTimeout(10_000)
            .disableBackoffStrategy()
            .addInterceptor(
                new BasicAuthProvider(System.getenv("CASEWRIGHT_USER"), System.getenv("CASEWRIGHT_PASSWORD")))
            .disableAutoFetching()
            .build();
    Map<String, ExternalTaskHandler> handlers =
        Map.of(
            "echo", Worker::echo,
            "flaky", Worker::flaky,
            "reject", Worker::reject,
            "slow", Worker::slow,
            "rank", (task, service) -> service.complete(task));
    handlers.forEach((topic, handler) -> client.subscribe(topic).handler(guarded(handler)).open());
    // Only now: the first request asks for all topics, so that the most important task is the first.
    client.start();
  }

  private static ExternalTaskHandler guarded(ExternalTaskHandler handler) {
    return (task, service) -> {
      try {
        handler.execute(task, service);
      } catch (RuntimeException error) {
        error.printStackTrace();
        service.handleFailure(task, error.getMessage(), error.toString(), 0, 0);
      }
    };
  }

  private static void expect(String name, Object found, Object wanted) {
    if (!Objects.equals(found, wanted)) {
      throw new IllegalStateException(name + " is " + found + ", not " + wanted);
    }
  }

  private static void echo(ExternalTask task, ExternalTaskService service) {
    expect("text", task.getVariable("text"), "grün & gut");
    expect("whole", task.getVariable("whole"), 41);
    expect("large", task.getVariable("large"), 4_200_000_000L);
    expect("ratio", task.getVariable("ratio"), 2.5);
    expect("flag", task.getVariable("flag"), true);
    expect("day", task.getVariable("day"), Date.from(Instant.parse("2026-11-21T12:00:00Z")));
    String note = task.getVariable("note");
    expect("note", note.replaceAll("\\s", ""), "{\"a\":[1,2]}");
    expect("nothing", task.getVariable("nothing"), null);
    service.complete(
        task,
        Variables.createVariables()
            .putValue("outText", task.getVariable("text") + "!")
            .putValue("outWhole", (int) task.getVariable("whole") + 1)
            .putValue("outLarge", (long) task.getVariable("large") + 1)
            .putValue("outRatio", (double) task.getVariable("ratio") * 2.5)
            .putValue("outFlag", !(boolean) task.getVariable("flag"))
            .putValue("outDay", Date.from(Instant.parse("2026-11-22T12:00:00Z")))
            .putValueTyped("outNote", ClientValues.jsonValue("{\"a\":[1,2],\"b\":true}")),
        Variables.putValue("scratch", "local"));
  }

  private static void flaky(ExternalTask task, ExternalTaskService service) {
    if (task.getVariable("mended") != null) {
      service.complete(task);
      return;
    }
    int retries = task.getRetries() == null ? 1 : task.getRetries() - 1;
    service.handleFailure(task, "no paper", "tray 2 is empty", retries, 0);
  }

  private static void reject(ExternalTask task, ExternalTaskService service) {
    service.handleBpmnError(task, "REJECTED", "not for us", Variables.putValue("reason", "too heavy"));
  }

  private static void slow(ExternalTask task, ExternalTaskService service) {
    if (task.getVariable("extended") != null) {
      service.complete(task);
      return;
    }
    service.extendLock(task, TEN_YEARS);
  }
}

package modicum.executor.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.LoadImageAsyncCmd;
import com.github.dockerjava.api.model.LoadResponseItem;
import com.github.dockerjava.api.model.ResponseItem;

/** Follows the engine while it loads an image; it answers "200 OK" even when it then fails. */
final class ImageLoading extends ResultCallback.Adapter<LoadResponseItem> {
  private volatile String lastMessage = "no reason given";

  @Override
  public void onNext(LoadResponseItem item) {
    ResponseItem.ErrorDetail error = item.getErrorDetail();
    String message = error != null ? error.getMessage() : item.getStream();
    if (message != null) {
      lastMessage = message.strip();
    }
  }

  /** Waits for the end; an interrupted wait leaves the rest to the look that follows. */
  ImageLoading await(LoadImageAsyncCmd command) {
    try {
      command.exec(this).awaitCompletion();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return this;
  }

  String lastMessage() {
    return lastMessage;
  }
}

/** Short messages over the page: what a person did, and what the server refused. */
import { notifications } from '@mantine/notifications';
import { ApiError } from '../api/client';
import { t } from '../i18n';

/** A refusal in the words of the server; `title` says what did not happen. */
export function report(error: unknown, title: string): void {
  const detail =
    error instanceof ApiError && error.code === 'offline'
      ? t('There is no connection. Nothing was sent; what you wrote is still here.')
      : error instanceof ApiError
        ? error.errors
            .map((each) => each.detail)
            .filter(Boolean)
            .join(' ') || error.message
        : error instanceof Error
          ? error.message
          : String(error);
  notifications.show({
    color: 'danger',
    title,
    message: detail,
    autoClose: 9_000,
    closeButtonProps: { 'aria-label': t('Close') },
  });
}

/** Something was done. */
export function told(message: string): void {
  notifications.show({ message, color: 'petrol', autoClose: 3_500, closeButtonProps: { 'aria-label': t('Close') } });
}

/** Where short messages show. Nobody is told anything before the first screen: it is fetched behind that. */
import { Notifications } from '@mantine/notifications';

export function Messages() {
  // Over the header: there it covers nothing of the page.
  return <Notifications position="top-center" containerWidth={420} limit={4} />;
}

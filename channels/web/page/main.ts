import { App } from './app.ts';
import { ChatPane } from './chatPane.ts';
import { PhonesPane } from './phonesPane.ts';
import { SignInView } from './signInView.ts';

customElements.define('kade-chat', ChatPane);
customElements.define('kade-phones', PhonesPane);
customElements.define('kade-sign-in', SignInView);
customElements.define('kade-app', App);

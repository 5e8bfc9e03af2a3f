package io.dysk.blob;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import java.time.ZoneOffset;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Gives the SDK the tokens of a {@link TokenSource}. */
final class SdkToken implements TokenCredential {
    private final TokenSource source;

    SdkToken(TokenSource source) {
        this.source = source;
    }

    @Override
    public Mono<AccessToken> getToken(TokenRequestContext request) {
        // Sources block, and the SDK's threads must not.
        return Mono.fromCallable(() -> getTokenSync(request)).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public AccessToken getTokenSync(TokenRequestContext request) {
        String scope = request.getScopes().isEmpty() ? TokenSource.STORAGE_SCOPE : request.getScopes().getFirst();
        TokenSource.AccessToken token = source.token(scope);
        return new AccessToken(token.value(), token.expiresAt().atOffset(ZoneOffset.UTC));
    }
}

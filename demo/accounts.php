<?php
// Maintenance script of the demo wiki: the accounts, the bot password and the change tag, in one process.
// Reads accounts.json beside LocalSettings: {"accounts": {name: {"password", "groups"}}, "bot": {...}, "tag"}.

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

use MediaWiki\MediaWikiServices;

class DemoAccounts extends Maintenance {
	public function execute() {
		$file = dirname( MW_CONFIG_FILE ) . '/accounts.json';
		$wanted = json_decode( file_get_contents( $file ), true );
		$groups = MediaWikiServices::getInstance()->getUserGroupManager();
		foreach ( $wanted['accounts'] as $name => $account ) {
			$user = User::newFromName( $name );
			if ( !$user->getId() ) {
				$user->addToDatabase();
			}
			$status = $user->changeAuthenticationData( [
				'username' => $name,
				'password' => $account['password'],
				'retype' => $account['password'],
			] );
			if ( !$status->isGood() ) {
				$this->fatalError( $status->getMessage( false, false, 'en' )->text() );
			}
			foreach ( $account['groups'] as $group ) {
				$groups->addUserToGroup( $user, $group );
			}
			$user->saveSettings();
		}
		$bot = $wanted['bot'];
		$password = BotPassword::newUnsaved( [
			'user' => User::newFromName( $bot['account'] ),
			'appId' => $bot['appid'],
			'grants' => $bot['grants'],
		] );
		$hash = MediaWikiServices::getInstance()->getPasswordFactory()
			->newFromPlaintext( $bot['password'] );
		$saved = $password->save( 'insert', $hash );
		if ( is_object( $saved ) && !$saved->isGood() ) {
			$this->fatalError( 'the bot password could not be saved' );
		}
		ChangeTags::defineTag( $wanted['tag'] );
		SiteStatsInit::doAllAndCommit( wfGetDB( DB_PRIMARY ) );
	}
}

$maintClass = DemoAccounts::class;
require_once RUN_MAINTENANCE_IF_MAIN;
